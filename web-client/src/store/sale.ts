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

/** Whether one account of a sale is later than another: by what its host has done, then by time. */
export function isLater(sale: Sale, known: Sale): boolean {
  return sale.revision > known.revision || (sale.revision === known.revision && sale.at >= known.at);
}

/** How many one may ask for at once. */
export function buyableMax(sale: Sale): number {
  return Math.max(1, Math.min(sale.perBuyerLimit, sale.left));
}
