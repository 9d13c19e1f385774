package io.jishi.carts;

import io.jishi.catalog.Location;
import io.jishi.catalog.Sku;
import io.jishi.core.Check;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.orders.Fulfilment;
import org.jspecify.annotations.Nullable;

/** What buyers ask about their carts. */
public sealed interface CartRequest {
    int QUANTITY_MAX = 99;

    /** @param locationId where to look whether the units are there; the main warehouse where absent */
    record Get(@Nullable Id<Location> locationId) implements CartRequest {
        Id<Location> location() {
            return locationId == null ? Location.MAIN : locationId;
        }
    }

    /** @param quantity how many are to be in the cart from now on; 0 takes the SKU out */
    record Put(Id<Sku> skuId, int quantity) implements CartRequest {
        public Put {
            Check.present("skuId", skuId);
            Check.range("quantity", quantity, 0, QUANTITY_MAX);
        }
    }

    /**
     * @param key made by the client for this purchase; repeating the checkout with it never buys a second time
     * @param locationId the counter, where the buyer fetches the goods, and only there
     * @param coupon what the buyer has; no coupon is known yet
     */
    record Checkout(
            String key,
            Fulfilment fulfilment,
            @Nullable Id<Location> locationId,
            @Nullable String coupon) implements CartRequest {
        private static final int COUPON_CHARACTERS_MAX = 64;

        public Checkout {
            Check.key("key", key);
            Check.present("fulfilment", fulfilment);
            if ((fulfilment == Fulfilment.PICKUP) == (locationId == null)) {
                throw new Invalid(
                        "locationId", "A counter is named where the buyer fetches the goods, and only there.");
            }
            coupon = coupon == null ? null : Check.text("coupon", coupon, 1, COUPON_CHARACTERS_MAX);
        }

        Id<Location> location() {
            return locationId == null ? Location.MAIN : locationId;
        }
    }
}
