// The Python packages that the workbench serves itself: pinned wheels, brought by pip.

export async function gatherPackages() {
  return { packages: {}, packageBaseUrl: "", indexUrl: "", pythonVersion: "3.14" };
}
