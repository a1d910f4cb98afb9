//! Geometry of the canvas: viewport, wires, layout. Pure functions; nothing here draws.
