import type { Sale } from "../api/types";
import { newKey } from "./key";

const KEPT = "jishi.device";

/** What this browser is called, told only to sales that limit the accounts of one device. */
export function deviceFor(sale: Pick<Sale, "accountsPerDevice">): { device?: string } {
  if (sale.accountsPerDevice == null) {
    return {};
  }
  const device = localStorage.getItem(KEPT) ?? newKey();
  localStorage.setItem(KEPT, device);
  return { device };
}
