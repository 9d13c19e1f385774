const SIDE_MAX = 1_600;
const QUALITY = 0.85;

/**
 * A photo as it is sent: not larger than a screen, and without what cameras write into files, as the place where it was
 * taken. A file that the browser cannot draw goes as it is, and the server says what it thinks of it.
 */
export async function smaller(file: Blob): Promise<Blob> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file;
  }
  const scale = Math.min(1, SIDE_MAX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return (await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY))) ?? file;
}
