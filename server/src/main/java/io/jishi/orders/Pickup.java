package io.jishi.orders;

import io.jishi.catalog.Location;
import io.jishi.core.Check;
import io.jishi.core.Id;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said about orders that their buyers fetch at a counter. */
public sealed interface Pickup {
    /** Of staff: the goods lie ready. Said again it makes a new code, which the old one ends with. */
    record Ready(Id<Order> orderId) implements Pickup {
        public Ready {
            Check.present("orderId", orderId);
        }
    }

    /** Of staff: whoever shows the code takes the goods. */
    record HandOver(Id<Order> orderId, String code) implements Pickup {
        public HandOver {
            Check.present("orderId", orderId);
            Check.key("code", code);
        }

        @Override
        public String toString() {
            return "HandOver[" + orderId + "]";
        }
    }

    /** Of the buyer. */
    record AskCode(Id<Order> orderId) implements Pickup {
        public AskCode {
            Check.present("orderId", orderId);
        }
    }

    /** Six digits that the buyer shows at the counter. As text it shows nothing. */
    record Code(Id<Order> orderId, String code) implements Pickup {
        @Override
        public String toString() {
            return "Code[" + orderId + "]";
        }
    }

    /** What a counter has to do, oldest first. */
    record ToFetch(
            Id<Location> locationId,
            @Nullable Integer limit,
            @Nullable Id<Order> after) implements Pickup {
        public ToFetch {
            Check.present("locationId", locationId);
            limit = limit == null ? OrderRequest.PAGE_DEFAULT : Check.range("limit", limit, 1, OrderRequest.PAGE_MAX);
        }
    }

    /** Orders that are paid or ready, oldest first. */
    record Page(List<Order> items, @Nullable Id<Order> next) implements Pickup {}
}
