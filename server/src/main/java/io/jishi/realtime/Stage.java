package io.jishi.realtime;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How far a connection is. */
sealed interface Stage {
    record Opened() implements Stage {}

    /** A connect was refused. What the client sent along with it is not carried out; it may connect again. */
    record Refused() implements Stage {}

    /** @param waiting what the client sent behind its connect, to be carried out in order once it is connected */
    record Connecting(HeldCommands waiting) implements Stage {}

    /** @param info what others see of the bearer, as JSON; null for nothing */
    record Connected(
            Caller caller,
            @Nullable Instant expiresAt,
            @Nullable String info) implements Stage {}

    record Closed() implements Stage {}
}
