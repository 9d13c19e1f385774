package io.jishi.dispatch;

import io.jishi.core.Id;
import org.jspecify.annotations.Nullable;

/**
 * Something that changed in a zone.
 *
 * @param delivery which delivery changed, if one did
 * @param courier which courier changed, or is told
 * @param message JSON for the courier's own channel, if he is told anything
 */
record ZoneEvent(
        Id<ZoneEvent> id,
        String zone,
        @Nullable Id<Delivery> delivery,
        @Nullable Id<Courier> courier,
        @Nullable String message) {}
