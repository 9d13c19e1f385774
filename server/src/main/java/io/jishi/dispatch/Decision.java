package io.jishi.dispatch;

import io.jishi.core.Id;
import java.time.Instant;

/** What the owner of a zone does. Each is committed by compare-and-set under the zone's epoch. */
public sealed interface Decision {
    record MakeOffer(
            Id<Delivery> delivery, Id<Courier> courier, int distanceMeters, int travelSeconds, Instant expiresAt)
            implements Decision {}

    /** The courier let it pass. */
    record ExpireOffer(Id<Offer> offer, Id<Delivery> delivery, Id<Courier> courier) implements Decision {}

    /** The courier went silent before the pick-up. */
    record TakeBack(Id<Delivery> delivery, Id<Courier> courier) implements Decision {}

    /** Nobody took it in time. */
    record GiveUp(Id<Delivery> delivery) implements Decision {}

    /** The courier went away without saying so. */
    record EndShift(Id<Courier> courier) implements Decision {}

    /** The courier went silent with goods in hand: a person has to look. */
    record AlertSilence(Id<Delivery> delivery, Id<Courier> courier, Instant seenAt) implements Decision {}
}
