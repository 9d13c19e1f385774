package io.jishi.aftersales;

import io.jishi.catalog.Location;
import io.jishi.catalog.Sku;
import io.jishi.core.Check;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.orders.Order;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is asked about cases. As text no request shows what people have written. */
public sealed interface AfterSalesRequest {
    int PAGE_MAX = 100;
    int PAGE_DEFAULT = 50;
    int TEXT_CHARACTERS_MAX = 1_000;
    int QUANTITY_MAX = 10_000;
    int PERCENT_MAX = 100;

    /**
     * @param skuId which of the order's goods
     * @param text what the buyer says; a complaint needs some
     * @param wantedSkuId of an exchange: another variant of the same price; the same one where absent
     * @param key made by the client for this case; asking with it again opens no second one
     */
    record Open(
            Id<Order> orderId,
            Id<Sku> skuId,
            int quantity,
            Kind kind,
            Reason reason,
            @Nullable String text,
            @Nullable Id<Sku> wantedSkuId,
            String key)
            implements AfterSalesRequest {
        public Open {
            Check.present("orderId", orderId);
            Check.present("skuId", skuId);
            Check.range("quantity", quantity, 1, QUANTITY_MAX);
            Check.present("kind", kind);
            Check.present("reason", reason);
            text = kind == Kind.COMPLAINT ? required(text) : optional(text);
            if (wantedSkuId != null && kind != Kind.EXCHANGE) {
                throw new Invalid("wantedSkuId", "The field wantedSkuId is of an exchange.");
            }
            Check.key("key", key);
        }

        @Override
        public String toString() {
            return "Open[" + orderId + " " + kind + "]";
        }
    }

    record Get(Id<Case> caseId) implements AfterSalesRequest {
        public Get {
            Check.present("caseId", caseId);
        }
    }

    /** @param orderId of this order alone, where present */
    record ListOwn(
            @Nullable Id<Order> orderId,
            @Nullable Integer limit,
            @Nullable Id<Case> after) implements AfterSalesRequest {
        public ListOwn {
            limit = limit == null ? PAGE_DEFAULT : Check.range("limit", limit, 1, PAGE_MAX);
        }
    }

    /**
     * @param dueAfter with after: deadline and id of the last one of the page before
     */
    record ListOpen(
            @Nullable Integer limit,
            @Nullable Instant dueAfter,
            @Nullable Id<Case> after) implements AfterSalesRequest {
        public ListOpen {
            limit = limit == null ? PAGE_DEFAULT : Check.range("limit", limit, 1, PAGE_MAX);
            if ((dueAfter == null) != (after == null)) {
                throw new Invalid("after", "The fields dueAfter and after go together.");
            }
        }
    }

    record Page(List<Case> items, @Nullable Id<Case> next) {}

    /** A step for which nothing needs to be said. */
    record Step(Id<Case> caseId, @Nullable String text) implements AfterSalesRequest {
        public Step {
            Check.present("caseId", caseId);
            text = optional(text);
        }

        @Override
        public String toString() {
            return "Step[" + caseId + "]";
        }
    }

    /** A step that needs its reason. */
    record Explain(Id<Case> caseId, String text) implements AfterSalesRequest {
        public Explain {
            Check.present("caseId", caseId);
            text = required(text);
        }

        @Override
        public String toString() {
            return "Explain[" + caseId + "]";
        }
    }

    /** @param refundInstead of an exchange: the buyer gets the money, as nothing is there to be given in exchange */
    record Approve(
            Id<Case> caseId,
            @Nullable String text,
            @Nullable Boolean refundInstead) implements AfterSalesRequest {
        public Approve {
            Check.present("caseId", caseId);
            text = optional(text);
            refundInstead = refundInstead != null && refundInstead;
        }

        @Override
        public String toString() {
            return "Approve[" + caseId + "]";
        }
    }

    /** @param percent of what was paid for the units, which the shop offers to give back */
    record Answer(Id<Case> caseId, String text, int percent) implements AfterSalesRequest {
        public Answer {
            Check.present("caseId", caseId);
            text = required(text);
            Check.range("percent", percent, 0, PERCENT_MAX);
        }

        @Override
        public String toString() {
            return "Answer[" + caseId + "]";
        }
    }

    /** @param locationId where the goods are now */
    record Receive(
            Id<Case> caseId,
            Id<Location> locationId,
            @Nullable String text) implements AfterSalesRequest {
        public Receive {
            Check.present("caseId", caseId);
            Check.present("locationId", locationId);
            text = optional(text);
        }

        @Override
        public String toString() {
            return "Receive[" + caseId + "]";
        }
    }

    /** @param damaged the goods cannot be sold again */
    record Settle(
            Id<Case> caseId, boolean damaged, @Nullable String text) implements AfterSalesRequest {
        public Settle {
            Check.present("caseId", caseId);
            text = optional(text);
        }

        @Override
        public String toString() {
            return "Settle[" + caseId + "]";
        }
    }

    /**
     * @param percent of a complaint that is decided for the buyer: how much of what was paid for the units goes back; all
     *     where absent
     */
    record Decide(
            Id<Case> caseId, boolean forBuyer, @Nullable Integer percent, String text) implements AfterSalesRequest {
        public Decide {
            Check.present("caseId", caseId);
            percent = percent == null ? PERCENT_MAX : Check.range("percent", percent, 1, PERCENT_MAX);
            text = required(text);
        }

        @Override
        public String toString() {
            return "Decide[" + caseId + "]";
        }
    }

    private static String required(@Nullable String text) {
        return Check.text("text", text, 1, TEXT_CHARACTERS_MAX);
    }

    private static @Nullable String optional(@Nullable String text) {
        return text == null ? null : required(text);
    }
}
