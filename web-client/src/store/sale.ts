import type { Sale } from "../api/types";

/** A sale whose moment has come is open, and one whose end has passed is over, before the server says so. */
export function saleAt(sale: Sale, time: number): Sale {
  if (sale.stage === "ended" || time >= sale.endsAt) {
    return { ...sale, stage: "ended" };
  }
  if (sale.stage === "countdown" && time >= sale.opensAt) {
    return { ...sale, stage: "open" };
  }
  return sale;
}

/** How many one may ask for at once. */
export function buyableMax(sale: Sale): number {
  return Math.max(1, Math.min(sale.perBuyerLimit, sale.left));
}
