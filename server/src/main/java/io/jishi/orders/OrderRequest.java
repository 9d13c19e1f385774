package io.jishi.orders;

import io.jishi.core.Check;
import io.jishi.core.Destination;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.Place;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What buyers ask about their orders. */
public sealed interface OrderRequest {
    int PAGE_MAX = 100;
    int PAGE_DEFAULT = 50;

    /**
     * As text it shows neither place nor address nor phone.
     *
     * @param place where the goods are to be brought; without one the buyer fetches them
     * @param address how to find the door; kept with a place only
     * @param phone how the courier reaches the buyer; kept with a place only
     */
    record Pay(
            Id<Order> orderId,
            PaymentMethod method,
            @Nullable Place place,
            @Nullable String address,
            @Nullable String phone)
            implements OrderRequest {
        private static final int ADDRESS_CHARACTERS_MAX = 200;
        private static final Pattern PHONE = Pattern.compile("\\+?[0-9][0-9 -]{3,22}[0-9]");

        public Pay {
            Check.present("orderId", orderId);
            Check.present("method", method);
            address = address == null ? null : Check.text("address", address, 1, ADDRESS_CHARACTERS_MAX);
            if (phone != null && !PHONE.matcher(phone).matches()) {
                throw new Invalid(
                        "phone", "The field phone must be digits, with + in front and spaces or hyphens between.");
            }
        }

        @Nullable
        Destination destination() {
            return place == null ? null : new Destination(place, address, phone);
        }

        @Override
        public String toString() {
            return "Pay[" + orderId + " " + method + "]";
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
