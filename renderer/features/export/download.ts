/** How long a browser may take to begin with a download before its bytes are let go. */
const heldFor = 60_000;

/** Hands bytes to the browser as a download of this name. */
export function download(name: string, bytes: Blob): void {
  const address = URL.createObjectURL(bytes);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), heldFor);
}
