/** What only the build knows: assets/build.mjs writes this module when it bundles the page's side. */
declare module "virtual:runtime" {
  export interface RuntimeFile {
    /** Under runtime/ of the page. */
    path: string;
    sha256: string;
    bytes: number;
  }

  export interface BundledPackage {
    name: string;
    version: string;
    /** The name of its wheel among the runtime's files. */
    file: string;
    sha256: string;
    /** Top-level modules that it brings. */
    imports: string[];
    /** Packages it needs, by name. */
    depends: string[];
  }

  export interface Manifest {
    /** The hash over all files. */
    version: string;
    files: Record<string, RuntimeFile>;
    packages: Record<string, BundledPackage>;
    /** Where Pyodide's own packages are delivered from. */
    packageBaseUrl: string;
    /** The Python index's Simple interface. */
    indexUrl: string;
    /** Top-level modules that Python brings itself. */
    standardModules: string[];
    /** Top-level modules that the workbench ships in Python. */
    ownModules: string[];
  }

  export const manifest: Manifest;
  /** The scripts of sandbox frames, and the hash by which policies allow them. */
  export const frames: Record<string, { text: string; sha256: string }>;
}
