/** A key by which the server knows a request again, so that asking twice acts once. */
export function newKey(): string {
  // randomUUID exists on secure pages only, and a shop in the local network may be plain HTTP.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
