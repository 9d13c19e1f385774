package io.jishi.aftersales;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.jishi.accounts.User;
import io.jishi.catalog.Location;
import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.jishi.core.Money;
import io.jishi.orders.Order;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a buyer wants after the delivery, for units of one line of an order. Texts and photos are apart: this is told over
 * channels and webhooks.
 *
 * @param hostId whose goods they are, as far as the catalogue knows
 * @param wantedSkuId what the buyer wants in exchange
 * @param amountMinor what was paid for the units
 * @param remedy what the buyer gets where it ends for him
 * @param offerMinor of a complaint: what the shop, or who decided, gives back
 * @param dueAt from this instant on the next step happens by itself
 * @param returnedTo where the goods came back to
 * @param keptAt where units are kept for the exchange
 * @param replacementId the order that was given in exchange
 */
public record Case(
        Id<Case> id,
        Id<Order> orderId,
        @JsonIgnore Id<User> buyerId,
        @JsonIgnore @Nullable Id<User> hostId,
        Kind kind,
        Reason reason,
        Id<Sku> skuId,
        @Nullable Id<Sku> wantedSkuId,
        LocalText name,
        int quantity,
        long amountMinor,
        String currency,
        Remedy remedy,
        @Nullable Long offerMinor,
        CaseStage stage,
        Instant openedAt,
        @Nullable Instant dueAt,
        @Nullable Id<Location> returnedTo,
        @JsonIgnore @Nullable Id<Location> keptAt,
        @Nullable Id<Order> replacementId) {

    boolean isDue(Instant now) {
        return dueAt != null && !now.isBefore(dueAt);
    }

    /** What the buyer is owed where it ends with a refund. */
    Money owed() {
        return new Money(kind == Kind.COMPLAINT ? Objects.requireNonNull(offerMinor) : amountMinor, currency);
    }

    /** Part of what was paid for the units, rounded down; of more than none never none. */
    long share(int percent) {
        long share = Math.multiplyExact(amountMinor, percent) / 100;
        return percent > 0 && share == 0 ? 1 : share;
    }

    Case at(CaseStage next, @Nullable Instant due) {
        return new Case(
                id,
                orderId,
                buyerId,
                hostId,
                kind,
                reason,
                skuId,
                wantedSkuId,
                name,
                quantity,
                amountMinor,
                currency,
                remedy,
                offerMinor,
                next,
                openedAt,
                due,
                returnedTo,
                keptAt,
                replacementId);
    }

    Case with(Remedy other, @Nullable Id<Location> kept) {
        return with(other, offerMinor, returnedTo, kept, replacementId);
    }

    Case offering(long minor) {
        return with(remedy, minor, returnedTo, keptAt, replacementId);
    }

    Case returnedTo(Id<Location> location) {
        return with(remedy, offerMinor, location, keptAt, replacementId);
    }

    Case replacedBy(Id<Order> order) {
        return with(remedy, offerMinor, returnedTo, null, order);
    }

    private Case with(
            Remedy newRemedy,
            @Nullable Long offer,
            @Nullable Id<Location> returned,
            @Nullable Id<Location> kept,
            @Nullable Id<Order> replacement) {
        return new Case(
                id,
                orderId,
                buyerId,
                hostId,
                kind,
                reason,
                skuId,
                wantedSkuId,
                name,
                quantity,
                amountMinor,
                currency,
                newRemedy,
                offer,
                stage,
                openedAt,
                dueAt,
                returned,
                kept,
                replacement);
    }
}
