package io.jishi.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.jishi.core.Destination;
import io.jishi.core.Id;
import io.jishi.core.Money;
import io.jishi.core.Outcome;
import io.jishi.core.Place;
import io.jishi.ledger.Account;
import io.jishi.ledger.Entry;
import io.jishi.orders.SandboxProvider.Behaviour;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

class PayingTest extends OrdersWorld {
    @Test
    @DisplayName("[OR2] a payment takes the order's own amount, makes it paid once, and the buyer hears of it once")
    void pay() {
        Order order = reserve(3, 700);
        AtomicInteger deliveries = new AtomicInteger();
        orders.onPaid((transaction, paid, destination) -> {
            assertThat(destination)
                    .contains(new Destination(new Place(31.2, 121.4), "Nanjing Road 1", "+86 138 1234 5678"));
            deliveries.incrementAndGet();
            return Future.succeededFuture();
        });
        Order paid = done(pay(order));
        assertThat(paid.stage()).isEqualTo(OrderStage.PAID);
        assertThat(paid.paidAt()).isEqualTo(now);
        assertThat(done(pay(order))).isEqualTo(paid);
        assertThat(count("SELECT amount_minor FROM payment WHERE stage = 'approved'"))
                .isEqualTo(2100);
        assertThat(deliveries).hasValue(1);
        assertThat(heard()).containsExactly("order paid");
        assertThat(orders.cancel(buyer, order.id()).await()).isEqualTo(Outcome.refused(OrderRefusal.ALREADY_PAID));
        assertThat(count("SELECT count(*) FROM order_event WHERE published_at IS NULL"))
                .isZero();
    }

    @Test
    @DisplayName("[OR3] a declined payment leaves the order reserved, and it may be paid again")
    void decline() {
        Order order = reserve(1, 700);
        behaviour = Behaviour.DECLINE;
        assertThat(pay(order)).isEqualTo(Outcome.refused(OrderRefusal.PAYMENT_DECLINED));
        behaviour = Behaviour.APPROVE;
        assertThat(done(pay(order)).stage()).isEqualTo(OrderStage.PAID);
        assertThat(heard()).containsExactly("order paid");
    }

    @Test
    @DisplayName("[OR4] an answer that comes late, is lost, or comes twice, pays the order exactly once")
    void awkwardAnswers() {
        provider.notifying(notice -> orders.settle(PaymentMethod.SANDBOX, notice));
        for (Behaviour awkward : List.of(Behaviour.DELAY, Behaviour.LOSE_REPLY, Behaviour.REPEAT)) {
            behaviour = awkward;
            Order order = reserve(1, 700);
            OrderStage atOnce = done(pay(order)).stage();
            assertThat(atOnce).isEqualTo(awkward == Behaviour.REPEAT ? OrderStage.PAID : OrderStage.AWAITING_PAYMENT);
            notices();
            await().until(() -> stage(order) == OrderStage.PAID);
            assertThat(done(pay(order)).stage()).isEqualTo(OrderStage.PAID);
        }
        await().until(() -> heard().size() == 5);
        assertThat(count("SELECT count(*) FROM payment WHERE stage = 'approved'"))
                .isEqualTo(3);
        assertThat(count("SELECT count(*) FROM payment")).isEqualTo(3);
    }

    @Test
    @DisplayName("[OR4] asking again after a lost answer asks about the same payment")
    void askAgain() {
        behaviour = Behaviour.LOSE_REPLY;
        Order order = reserve(1, 700);
        assertThat(done(pay(order)).stage()).isEqualTo(OrderStage.AWAITING_PAYMENT);
        assertThat(done(pay(order)).stage()).isEqualTo(OrderStage.PAID);
        assertThat(count("SELECT count(*) FROM payment")).isEqualTo(1);
    }

    @Test
    @DisplayName("[OR5] money that comes after the deadline or after a cancellation goes back by itself")
    void tooLate() {
        provider.notifying(notice -> orders.settle(PaymentMethod.SANDBOX, notice));
        behaviour = Behaviour.DELAY;
        Order expired = reserve(1, 700);
        Order cancelled = reserve(1, 800);
        Order late = reserve(1, 900);
        List.of(expired, cancelled, late)
                .forEach(order -> assertThat(done(pay(order)).stage()).isEqualTo(OrderStage.AWAITING_PAYMENT));
        done(orders.cancel(buyer, cancelled.id()).await());
        now = now.plusSeconds(60);
        assertThat(pay(late)).as("the deadline has come").isEqualTo(Outcome.refused(OrderRefusal.ORDER_EXPIRED));
        notices();
        await().until(() -> count("SELECT count(*) FROM payment WHERE stage = 'refunded'") == 3);
        assertThat(orders.expireDue().await()).isEqualTo(2);
        assertThat(pay(expired)).isEqualTo(Outcome.refused(OrderRefusal.ORDER_EXPIRED));
        assertThat(pay(cancelled)).isEqualTo(Outcome.refused(OrderRefusal.ORDER_CANCELLED));
        await().until(() ->
                heard().stream().filter(text -> text.startsWith("refund")).count() == 3);
        assertThat(heard()).contains("refund 700", "refund 800", "refund 900").doesNotContain("order paid");
        assertThat(released).hasSize(3);
    }

    @Test
    @DisplayName("[HT25] notices that nobody signed fill no log, however many come")
    void forgedLog() {
        Logger logger = (Logger) LoggerFactory.getLogger(Payments.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            for (int i = 0; i < 20; i++) {
                orders.settle(PaymentMethod.SANDBOX, new PaymentProvider.Notice("{}", name -> ""))
                        .await();
            }
            now = now.plusSeconds(61);
            orders.settle(PaymentMethod.SANDBOX, new PaymentProvider.Notice("{}", name -> ""))
                    .await();
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "event=payment-notice-not-genuine method=sandbox times=1",
                        "event=payment-notice-not-genuine method=sandbox times=20");
    }

    @Test
    @DisplayName("[OR6] a notice that the provider did not sign, or for another amount, changes nothing")
    void forged() {
        behaviour = Behaviour.DELAY;
        Order order = reserve(1, 700);
        pay(order);
        Id<Payment> payment = Id.of(count("SELECT id FROM payment"));
        PaymentProvider.Notice genuine =
                provider.notice(new PaymentProvider.Verdict(payment, true, Money.yuan(700), null));
        PaymentProvider.Notice altered =
                new PaymentProvider.Notice(genuine.body().replace("true", "true "), genuine.header());
        PaymentProvider.Notice cheap = provider.notice(new PaymentProvider.Verdict(payment, true, Money.yuan(1), null));
        PaymentProvider.Notice unknown =
                provider.notice(new PaymentProvider.Verdict(ids.next(), true, Money.yuan(700), null));
        assertThat(orders.settle(PaymentMethod.SANDBOX, altered).await())
                .isEqualTo(Outcome.refused(OrderRefusal.PAYMENT_NOT_GENUINE));
        assertThat(orders.settle(PaymentMethod.SANDBOX, cheap).await())
                .isEqualTo(Outcome.refused(OrderRefusal.PAYMENT_NOT_KNOWN));
        assertThat(orders.settle(PaymentMethod.SANDBOX, unknown).await())
                .isEqualTo(Outcome.refused(OrderRefusal.PAYMENT_NOT_KNOWN));
        assertThat(stage(order)).isEqualTo(OrderStage.AWAITING_PAYMENT);
        for (int i = 0; i < 3; i++) {
            assertThat(orders.settle(PaymentMethod.SANDBOX, genuine).await()).isEqualTo(Outcome.done(true));
        }
        assertThat(stage(order)).isEqualTo(OrderStage.PAID);
        assertThat(heard()).containsExactly("order awaiting_payment", "order paid");
    }

    @Test
    @DisplayName("[LE5] what a provider takes, keeps and gives back is booked in the transaction that it belongs to")
    void booked() {
        provider.notifying(notice -> orders.settle(PaymentMethod.SANDBOX, notice));
        Order paid = reserve(3, 10_000);
        done(pay(paid));
        assertThat(booked(paid)).containsExactly("payment 30000", "fee 180");
        behaviour = Behaviour.DELAY;
        Order late = reserve(1, 700);
        done(pay(late));
        now = now.plusSeconds(60);
        notices();
        await().until(() -> booked(late).size() == 4);
        assertThat(booked(late)).containsExactly("late_payment 700", "fee 4", "refund 700", "fee_returned 4");
        assertThat(held(Account.PROVIDER, "sandbox")).isEqualTo(29_820);
        assertThat(held(Account.ORDERS, paid.id().toString())).isEqualTo(30_000);
        assertThat(held(Account.REFUNDS, late.id().toString())).isZero();
        assertThat(held(Account.FEES, "sandbox")).isEqualTo(180);
    }

    @Test
    @DisplayName("[LE5] where a payment cannot be booked the order is not paid")
    void unbooked() {
        Order order = reserve(1, 700);
        behaviour = Behaviour.LOSE_REPLY;
        done(pay(order));
        Id<Payment> payment = Id.of(count("SELECT id FROM payment"));
        database.transaction(transaction -> ledger.book(
                        transaction, List.of(Entry.payment(payment, "sandbox", order.id(), Money.yuan(700)))))
                .await();
        assertThatThrownBy(() -> pay(order)).hasMessageContaining("ledger_entry_once");
        assertThat(stage(order)).isEqualTo(OrderStage.AWAITING_PAYMENT);
        // made good, as the audit would find money that no payment has
        database.transaction(transaction -> ledger.book(
                        transaction,
                        List.of(
                                Entry.refundDue(payment, order.id(), Money.yuan(700)),
                                Entry.refund(payment, "sandbox", order.id(), Money.yuan(700)))))
                .await();
    }

    @ParameterizedTest
    @EnumSource(Behaviour.class)
    @DisplayName("[OR13] whatever the sandbox is set to do ends in the right stage with the right entries")
    void behaviours(Behaviour each) {
        provider.notifying(notice -> orders.settle(PaymentMethod.SANDBOX, notice));
        behaviour = each;
        Order order = reserve(1, 10_000);
        pay(order);
        if (each == Behaviour.LATE) {
            assertThat(timers.delays.peek()).isGreaterThan(Duration.ofSeconds(60));
            now = now.plusSeconds(61);
            orders.expireDue().await();
        }
        notices();
        OrderStage end = switch (each) {
            case APPROVE, DELAY, LOSE_REPLY, REPEAT -> OrderStage.PAID;
            case DECLINE -> OrderStage.RESERVED;
            case LATE -> OrderStage.EXPIRED;
        };
        List<String> entries = switch (each) {
            case APPROVE, DELAY, LOSE_REPLY, REPEAT -> List.of("payment 10000", "fee 60");
            case DECLINE -> List.of();
            case LATE -> List.of("late_payment 10000", "fee 60", "refund 10000", "fee_returned 60");
        };
        await().untilAsserted(() -> {
            assertThat(stage(order)).isEqualTo(end);
            assertThat(booked(order)).isEqualTo(entries);
        });
        assertThat(held(Account.PROVIDER, "sandbox")).isEqualTo(end == OrderStage.PAID ? 9_940 : 0);
    }

    @Test
    @DisplayName("[OR13] where the reply and the notice are both lost, the provider is asked until it is known")
    void bothLost() {
        behaviour = Behaviour.LOSE_REPLY;
        Order order = reserve(1, 10_000);
        pay(order);
        now = now.plusSeconds(5);
        orders.sweepPayments().await();
        assertThat(stage(order)).as("too early to ask").isEqualTo(OrderStage.AWAITING_PAYMENT);
        now = now.plusSeconds(11);
        orders.sweepPayments().await();
        assertThat(stage(order)).isEqualTo(OrderStage.PAID);
    }

    @Test
    @DisplayName("[OR13] a declined payment leaves an order that waited for it reserved, and it may be paid again")
    void declinedLater() {
        behaviour = Behaviour.DELAY;
        Order order = reserve(1, 700);
        pay(order);
        Id<Payment> payment = Id.of(count("SELECT id FROM payment"));
        orders.settle(
                        PaymentMethod.SANDBOX,
                        provider.notice(new PaymentProvider.Verdict(payment, false, Money.yuan(700), null)))
                .await();
        assertThat(stage(order)).isEqualTo(OrderStage.RESERVED);
        behaviour = Behaviour.APPROVE;
        assertThat(done(pay(order)).stage()).isEqualTo(OrderStage.PAID);
        assertThat(heard()).containsExactly("order awaiting_payment", "order reserved", "order paid");
    }

    private void notices() {
        Runnable notice = timers.waiting.poll();
        while (notice != null) {
            notice.run();
            notice = timers.waiting.poll();
        }
    }
}
