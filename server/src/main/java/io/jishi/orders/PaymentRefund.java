package io.jishi.orders;

import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.Money;
import java.util.Locale;

/**
 * Money of a payment that leaves it for single goods of its order.
 *
 * @param id of what it is for; the provider knows the refund by it
 * @param before what the payment had given before
 */
record PaymentRefund(Id<PaymentRefund> id, Payment payment, Id<Sku> skuId, Money amount, Money before) {

    PaymentProvider.Back back() {
        return new PaymentProvider.Back(id, amount);
    }

    enum Stage {
        /** Owed to the buyer; the provider is asked until it is done. */
        REFUNDING,
        REFUNDED,
        /** On to the payment of the order given in exchange. */
        MOVED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
