package io.jishi.dispatch;

import java.time.Instant;
import java.util.List;

/** Decides which courier is asked about which waiting delivery. Pure and deterministic: the same state, the same answer. */
@FunctionalInterface
public interface Planner {
    /** @return at most one offer a delivery; the caller commits them, or finds that the world has moved on */
    List<Decision.MakeOffer> plan(ZoneState state, Instant now);
}
