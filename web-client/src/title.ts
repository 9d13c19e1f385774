export function title(): string {
  return "Jishi 集市";
}
