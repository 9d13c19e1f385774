package io.jishi.dispatch;

import java.time.Duration;

/**
 * The bounds that decisions keep to; {@link DispatchSettings} says what each means.
 *
 * @param handover what a pick-up, and a drop-off, takes on the spot
 */
public record Limits(
        Duration offer,
        Duration reoffer,
        int deliveriesPerCourierMax,
        int offersPerCourierMax,
        Duration silent,
        Duration takeBack,
        Duration endShift,
        Duration giveUp,
        Duration handover) {}
