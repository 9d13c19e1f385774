import type { Failure } from "../api/failure";
import { named, t } from "./index";
import { REFUSALS } from "./refusals";

/** The sentence for a failure; a name that this page does not know gets a general one. */
export function sentenceOf(failure: Pick<Failure, "reason">): string {
  const known = REFUSALS[failure.reason];
  return known ? named(known) : t("failed");
}
