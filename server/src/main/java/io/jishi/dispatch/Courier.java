package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.core.Place;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A courier as staff, and the courier himself, see him.
 *
 * @param id the user's id
 * @param active how many deliveries he holds
 */
public record Courier(
        Id<Courier> id,
        String name,
        boolean onShift,
        @Nullable Place place,
        @Nullable Instant positionAt,
        int active) {}
