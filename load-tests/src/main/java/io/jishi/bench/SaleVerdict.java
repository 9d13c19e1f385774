package io.jishi.bench;

import io.jishi.bench.SaleEvidence.Answer;
import io.jishi.bench.SaleEvidence.Attempt;
import io.jishi.bench.SaleEvidence.Order;
import io.jishi.bench.SaleEvidence.Selling;
import io.jishi.bench.SaleEvidence.Snapshot;
import io.jishi.bench.SaleEvidence.Step;
import io.jishi.bench.SaleEvidence.Told;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Holds what the buyers of a sale were told against what the database did. Pure: the same evidence, the same verdict. */
final class SaleVerdict {
    /** What must hold of every sale, whatever fails. */
    enum Promise {
        /** In every snapshot all units are somewhere, and none twice. */
        CONSERVATION,
        /** Who heard yes has the order. */
        YES_IS_KEPT,
        /** Who heard a final no has none. */
        NO_IS_KEPT,
        /** One key is one order, and no two answers that came one after the other differ. */
        ONE_ANSWER,
        /** A key that was asked for in two places at the same time heard one answer. */
        ONE_ANSWER_AT_A_TIME,
        /** Every claim ends in a final answer. */
        ANSWERED,
        /** Nobody ever holds more than the limit. */
        LIMIT,
        /** A batch takes units under the epoch that it names and no other, and as many as it makes orders. */
        EPOCH,
        /** An order is paid, or expired, or cancelled. */
        EITHER_OR,
        /** What buyers heard about payment and cancellation is so. */
        TOLD_IS_KEPT,
        /** More demand than stock sells the stock exactly. */
        ALL_SOLD,
        /** There is an order of the answers, one at a time, that explains them all. */
        SERIAL,
        /** Of two who wait for as many, the one whose place was given first is served first; no place is lost. */
        IN_ORDER,
        /** Nobody buys past the waiting room, and turns come in the order that was drawn. */
        TURNS,
        /** Who is not invited gets nothing, and who is is not sent away. */
        INVITED,
        /** Money, payments and guards of the tables. */
        BOOKS
    }

    /** @param what for people */
    record Violation(Promise promise, String what) {
        @Override
        public String toString() {
            return promise + ": " + what;
        }
    }

    private static final Set<String> GONE = Set.of("expired", "cancelled");
    private static final Set<String> SENT_AWAY = Set.of("not_invited", "members_only", "followers_only");
    private static final Set<String> UNITS_BACK = Set.of("expired", "cancelled", "refunding", "refunded");

    /** An order is there for everybody at the latest so long after its row was written. */
    private static final long COMMIT_NANOS_MAX = 1_000_000_000L;

    private final SaleEvidence evidence;
    private final List<Violation> violations = new ArrayList<>();
    private final Map<String, Order> orderOfKey = new HashMap<>();

    private SaleVerdict(SaleEvidence evidence) {
        this.evidence = evidence;
    }

    static List<Violation> of(SaleEvidence evidence) {
        SaleVerdict verdict = new SaleVerdict(evidence);
        verdict.judge();
        return List.copyOf(verdict.violations);
    }

    private void judge() {
        for (Order order : evidence.orders()) {
            Order other = orderOfKey.putIfAbsent(key(order.buyer(), order.key()), order);
            if (other != null) {
                violated(Promise.ONE_ANSWER, "key " + order.key() + " has orders " + other.id() + " and " + order.id());
            }
        }
        evidence.snapshots().forEach(this::conservation);
        answers();
        sellings();
        steps();
        SaleLine.of(evidence).forEach(what -> violated(Promise.IN_ORDER, what));
        SaleTurns.of(evidence).forEach(what -> violated(Promise.TURNS, what));
        invited();
        evidence.told().forEach(this::toldIsKept);
        allSold();
        evidence.wrongs().forEach((name, count) -> {
            if (count != 0) {
                violated(Promise.BOOKS, name + ": " + count);
            }
        });
        SaleSerialOrder.contradiction(evidence).ifPresent(what -> violated(Promise.SERIAL, what));
    }

    private void conservation(Snapshot seen) {
        int inSale = seen.closed() ? 0 : seen.free() + seen.held();
        boolean adds = seen.closed() || seen.stock() == inSale + seen.live();
        boolean addsInAll = seen.received() == seen.available() + inSale + seen.live();
        boolean never = seen.free() < 0 || seen.held() < 0 || seen.available() < 0 || seen.live() > seen.stock();
        if (!adds || !addsInAll || never || seen.sold() != seen.ever()) {
            violated(Promise.CONSERVATION, seen.toString());
        }
        if (seen.most() > evidence.sale().perBuyerLimit()) {
            violated(Promise.LIMIT, seen.toString());
        }
    }

    private void answers() {
        Map<String, List<Attempt>> byKey = evidence.attempts().stream()
                .collect(Collectors.groupingBy(attempt -> key(attempt.buyer(), attempt.key())));
        byKey.forEach((key, attempts) -> {
            Order order = orderOfKey.get(key);
            Set<String> yes = new HashSet<>();
            Set<String> no = new HashSet<>();
            boolean waits = false;
            for (Attempt attempt : attempts) {
                switch (attempt.answer()) {
                    case Answer.Yes(String id) -> yes.add(id);
                    case Answer.No(String reason) -> no.add(reason);
                    case Answer.Waiting _ -> waits = true;
                    case Answer.Unknown _ -> {}
                }
            }
            if (yes.size() > 1) {
                violated(Promise.ONE_ANSWER, key + " heard " + yes);
            }
            if (yes.isEmpty() && no.isEmpty() && !waits) {
                violated(
                        Promise.ANSWERED,
                        key + " heard nothing final: " + attempts.subList(0, Math.min(4, attempts.size())));
            }
            if (!yes.isEmpty() && (order == null || !yes.contains(order.id()))) {
                violated(Promise.YES_IS_KEPT, key + " heard of " + yes + " and has " + order);
            }
            if (!no.isEmpty() && order != null) {
                noIsKept(key, attempts, order);
            }
        });
        orderOfKey.forEach((key, order) -> {
            if (!byKey.containsKey(key)) {
                violated(Promise.ONE_ANSWER, "nobody asked for " + order);
            }
        });
    }

    private void noIsKept(String key, List<Attempt> attempts, Order order) {
        long madeNanos = evidence.steps().stream()
                .filter(step -> step.order().equals(order.id()))
                .mapToLong(Step::atNanos)
                .min()
                .orElse(Long.MIN_VALUE);
        for (Attempt no : attempts) {
            if (no.answer() instanceof Answer.No(String reason)) {
                boolean crossed = madeNanos + COMMIT_NANOS_MAX > no.invokedNanos()
                        && attempts.stream().anyMatch(other -> isOpenBeside(other, no));
                violated(
                        crossed ? Promise.ONE_ANSWER_AT_A_TIME : Promise.NO_IS_KEPT,
                        key + " heard " + reason + " and has " + order + " after " + attempts);
            }
        }
    }

    /** Whether another attempt, which was not refused, was asked before the refusal was heard and open when it was asked for. */
    private static boolean isOpenBeside(Attempt other, Attempt no) {
        return switch (other.answer()) {
            case Answer.No _ -> false;
            case Answer.Unknown _ -> other.invokedNanos() < no.answeredNanos();
            case Answer.Yes _, Answer.Waiting _ ->
                other.invokedNanos() < no.answeredNanos() && other.answeredNanos() > no.invokedNanos();
        };
    }

    private void sellings() {
        Map<String, Integer> quantities =
                evidence.orders().stream().collect(Collectors.toMap(Order::id, Order::quantity));
        Map<Long, Integer> made = new HashMap<>();
        evidence.steps().stream()
                .filter(step -> step.from() == null)
                .forEach(
                        step -> made.merge(step.transaction(), quantities.getOrDefault(step.order(), 0), Integer::sum));
        for (Selling selling : evidence.sellings()) {
            boolean fromNode = !selling.node().equals(Selling.WAITLIST);
            if (fromNode && !Objects.equals(selling.named(), selling.epoch())) {
                violated(Promise.EPOCH, "under another epoch than it named: " + selling);
            }
            if (!Objects.equals(made.remove(selling.transaction()), selling.units())) {
                violated(Promise.EPOCH, "other units taken than sold: " + selling);
            }
        }
        if (!made.isEmpty()) {
            violated(Promise.EPOCH, "units sold that no segment gave: " + made);
        }
    }

    private void steps() {
        Map<String, String> stages = new HashMap<>();
        Map<String, Set<String>> been = new HashMap<>();
        for (Step step : evidence.steps()) {
            String before = stages.put(step.order(), step.to());
            if (!Objects.equals(before, step.from())) {
                violated(Promise.EITHER_OR, "a step from where the order was not: " + step + " after " + before);
            }
            been.computeIfAbsent(step.order(), order -> new HashSet<>()).add(step.to());
            if (step.from() != null && UNITS_BACK.contains(step.from()) && !UNITS_BACK.contains(step.to())) {
                violated(Promise.EITHER_OR, "back from the dead: " + step);
            }
        }
        been.forEach((order, all) -> {
            long gone = all.stream().filter(GONE::contains).count();
            if (gone > 1 || gone == 1 && all.contains("paid")) {
                violated(Promise.EITHER_OR, "order " + order + " was " + all);
            }
        });
        for (Order order : evidence.orders()) {
            if (!order.stage().equals(stages.get(order.id()))) {
                violated(Promise.EITHER_OR, order + " has taken its steps to " + stages.get(order.id()));
            }
        }
    }

    private void invited() {
        Set<String> strangers = evidence.sale().strangers();
        for (Order order : evidence.orders()) {
            if (strangers.contains(order.buyer())) {
                violated(Promise.INVITED, "a stranger has " + order);
            }
        }
        for (Attempt attempt : evidence.attempts()) {
            boolean sentAway = attempt.answer() instanceof Answer.No(String reason) && SENT_AWAY.contains(reason);
            boolean taken = attempt.answer() instanceof Answer.Yes || attempt.answer() instanceof Answer.Waiting;
            boolean stranger = strangers.contains(attempt.buyer());
            if (stranger && taken || !stranger && sentAway) {
                violated(Promise.INVITED, attempt.toString());
            }
        }
    }

    private void toldIsKept(Told told) {
        boolean was = evidence.steps().stream()
                .anyMatch(step -> step.order().equals(told.order()) && step.to().equals(told.stage()));
        if (!was) {
            violated(Promise.TOLD_IS_KEPT, "order " + told.order() + " was never " + told.stage());
        }
    }

    private void allSold() {
        int units = evidence.orders().stream()
                .filter(order -> !UNITS_BACK.contains(order.stage()))
                .mapToInt(Order::quantity)
                .sum();
        if (evidence.sale().sellsAll() && units != evidence.sale().stock()) {
            violated(Promise.ALL_SOLD, units + " of " + evidence.sale().stock());
        }
    }

    private static String key(String buyer, String key) {
        return buyer + " " + key;
    }

    private void violated(Promise promise, String what) {
        violations.add(new Violation(promise, what));
    }
}
