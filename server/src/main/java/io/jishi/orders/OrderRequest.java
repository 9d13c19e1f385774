package io.jishi.orders;

import io.jishi.core.Check;
import io.jishi.core.Id;
import io.jishi.core.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What buyers ask about their orders. */
public sealed interface OrderRequest {
    int PAGE_MAX = 100;
    int PAGE_DEFAULT = 50;

    /** @param place where the goods are to be brought; without one the buyer fetches them */
    record Pay(
            Id<Order> orderId,
            PaymentMethod method,
            @Nullable Place place,
            @Nullable String address) implements OrderRequest {
        private static final int ADDRESS_CHARACTERS_MAX = 200;

        public Pay {
            Check.present("orderId", orderId);
            Check.present("method", method);
            address = address == null ? null : Check.text("address", address, 1, ADDRESS_CHARACTERS_MAX);
        }
    }

    record Cancel(Id<Order> orderId) implements OrderRequest {
        public Cancel {
            Check.present("orderId", orderId);
        }
    }

    /** Of staff; the whole order. */
    record Refund(Id<Order> orderId) implements OrderRequest {
        public Refund {
            Check.present("orderId", orderId);
        }
    }

    record Get(Id<Order> orderId) implements OrderRequest {
        public Get {
            Check.present("orderId", orderId);
        }
    }

    record ListOwn(@Nullable Integer limit, @Nullable Id<Order> after) implements OrderRequest {
        public ListOwn {
            limit = limit == null ? PAGE_DEFAULT : Check.range("limit", limit, 1, PAGE_MAX);
        }
    }

    /** One page of one's own orders, newest first. */
    record Page(List<Order> items, @Nullable Id<Order> next) {}
}
