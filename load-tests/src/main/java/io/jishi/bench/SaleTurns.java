package io.jishi.bench;

import io.jishi.bench.SaleEvidence.Answer;
import io.jishi.bench.SaleEvidence.Attempt;
import io.jishi.bench.SaleEvidence.Lobby;
import io.jishi.bench.SaleEvidence.Order;
import io.jishi.bench.SaleEvidence.Step;
import io.jishi.bench.SaleEvidence.Stood;
import io.jishi.bench.SaleEvidence.Ticket;
import io.jishi.bench.SaleEvidence.Turn;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whether the waiting room of a sale was one: those who came before the start in the order that the seed draws, later ones
 * behind, turns in that order, and no order whose buyer had not his turn when he asked for it.
 */
final class SaleTurns {
    /** Clocks of two processes, and the way from one to the other. */
    private static final long SLACK_NANOS = 1_000_000_000L;

    private final SaleEvidence evidence;
    private final Lobby lobby;
    private final Map<Integer, Integer> placeOfTicket;
    private final Map<String, List<Ticket>> ticketsOfBuyer;
    private final List<String> wrongs = new ArrayList<>();

    private SaleTurns(SaleEvidence evidence, Lobby lobby) {
        this.evidence = evidence;
        this.lobby = lobby;
        this.placeOfTicket = drawn(lobby.seed(), lobby.drawn() == null ? 0 : lobby.drawn());
        this.ticketsOfBuyer = lobby.tickets().stream().collect(Collectors.groupingBy(Ticket::buyer));
    }

    /** What is not as it should be, for people; nothing where the sale has no waiting room. */
    static List<String> of(SaleEvidence evidence) {
        Lobby lobby = evidence.lobby();
        if (lobby == null) {
            return List.of();
        }
        SaleTurns turns = new SaleTurns(evidence, lobby);
        turns.tickets();
        turns.turns();
        lobby.stood().forEach(turns::isTrue);
        evidence.orders().forEach(turns::isEarned);
        evidence.attempts().forEach(turns::isAnsweredWell);
        return turns.wrongs;
    }

    /** Places by ticket, as everybody can find them who is told the seed: tickets in the order of the SHA-256 of {@code seed:count:ticket}. */
    static Map<Integer, Integer> drawn(String seed, int count) {
        List<Integer> tickets = IntStream.rangeClosed(1, count)
                .boxed()
                .sorted(Comparator.comparing(ticket -> sha256(seed + ":" + count + ":" + ticket)))
                .toList();
        Map<Integer, Integer> places = new HashMap<>();
        for (int place = 1; place <= count; place++) {
            places.put(tickets.get(place - 1), place);
        }
        return places;
    }

    private static String sha256(String text) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private int place(int ticket) {
        return placeOfTicket.getOrDefault(ticket, ticket);
    }

    private @Nullable Turn turn(int ticket) {
        int place = place(ticket);
        return lobby.drawn() == null
                ? null
                : lobby.turns().stream()
                        .filter(turn -> turn.firstPlace() <= place && place <= turn.lastPlace())
                        .findFirst()
                        .orElse(null);
    }

    private void tickets() {
        Set<Integer> numbers = new HashSet<>();
        for (Ticket ticket : lobby.tickets()) {
            if (!numbers.add(ticket.ticket())) {
                wrongs.add("a ticket twice: " + ticket);
            }
            if (evidence.sale().strangers().contains(ticket.buyer())) {
                wrongs.add("a stranger has " + ticket);
            }
            boolean shuffled = lobby.drawn() != null && ticket.ticket() <= lobby.drawn();
            if (lobby.drawn() != null && !shuffled && ticket.atNanos() < lobby.opensAtNanos() - SLACK_NANOS) {
                wrongs.add("came before the start and is behind: " + ticket);
            }
        }
        ticketsOfBuyer.forEach((buyer, given) -> {
            for (int i = 1; i < given.size(); i++) {
                Turn earlier = turn(given.get(i - 1).ticket());
                if (earlier == null || given.get(i).atNanos() < earlier.endsNanos() - SLACK_NANOS) {
                    wrongs.add("lost " + given.get(i - 1) + " before the turn was over: " + earlier);
                }
            }
            long asked = lobby.stood().stream()
                    .filter(stood -> stood.buyer().equals(buyer))
                    .mapToLong(Stood::askedNanos)
                    .min()
                    .orElse(Long.MIN_VALUE);
            boolean late = asked > lobby.opensAtNanos() + SLACK_NANOS;
            if (late && lobby.drawn() != null && given.getFirst().ticket() <= lobby.drawn()) {
                wrongs.add("came after the start and was shuffled: " + given.getFirst());
            }
        });
    }

    private void turns() {
        int last = 0;
        for (Turn turn : lobby.turns()) {
            boolean inOrder = turn.firstPlace() == last + 1 && turn.beganNanos() >= lobby.opensAtNanos() - SLACK_NANOS;
            long longest = turn.beganNanos() + lobby.turnSeconds() * 1_000_000_000L + SLACK_NANOS;
            if (!inOrder || turn.endsNanos() > longest) {
                wrongs.add("not the turn that comes after place " + last + ": " + turn);
            }
            last = turn.lastPlace();
        }
        if (last != lobby.admitted()) {
            wrongs.add(lobby.admitted() + " have had turns, and the last turn was that of " + last);
        }
    }

    private void isTrue(Stood stood) {
        boolean mine = ticketsOfBuyer.getOrDefault(stood.buyer(), List.of()).stream()
                .anyMatch(ticket -> ticket.ticket() == stood.ticket());
        boolean placed = stood.place() == null || stood.place() == place(stood.ticket());
        Turn turn = turn(stood.ticket());
        Long ends = stood.endsNanos();
        boolean mayHaveTurn = ends == null || turn != null && Math.abs(turn.endsNanos() - ends) < SLACK_NANOS;
        if (!mine || !placed || !mayHaveTurn) {
            wrongs.add("was told of another place than " + place(stood.ticket()) + ": " + stood);
        }
    }

    /** Whoever asked in time may get it later, where the answer was late. */
    private void isEarned(Order order) {
        long made = evidence.steps().stream()
                .filter(step -> step.order().equals(order.id()))
                .mapToLong(Step::atNanos)
                .min()
                .orElse(Long.MIN_VALUE);
        long asked = evidence.attempts().stream()
                .filter(attempt ->
                        attempt.buyer().equals(order.buyer()) && attempt.key().equals(order.key()))
                .mapToLong(Attempt::invokedNanos)
                .min()
                .orElse(Long.MAX_VALUE);
        boolean earned = ticketsOfBuyer.getOrDefault(order.buyer(), List.of()).stream()
                .map(ticket -> turn(ticket.ticket()))
                .filter(Objects::nonNull)
                .anyMatch(turn -> turn.beganNanos() <= made && asked <= turn.endsNanos() + SLACK_NANOS / 5);
        if (!earned || lobby.barred().contains(order.buyer() + " " + order.key())) {
            wrongs.add("bought without a turn: " + order + " asked for at " + asked);
        }
    }

    private void isAnsweredWell(Attempt attempt) {
        switch (attempt.answer()) {
            case Answer.Waiting _ -> wrongs.add("waits beside the waiting room: " + attempt);
            case Answer.No(String reason)
            when lobby.calm() && reason.equals("sold_out") && attempt.quantity() == 1 && wasPromised(attempt) ->
                wrongs.add("found nothing in his turn: " + attempt);
            case Answer.No _, Answer.Yes _, Answer.Unknown _ -> {}
        }
    }

    /** Whether it was the turn of a buyer who had bought nothing, from the question to the answer. */
    private boolean wasPromised(Attempt attempt) {
        boolean hadNothing =
                evidence.orders().stream().noneMatch(order -> order.buyer().equals(attempt.buyer()));
        return hadNothing
                && !lobby.barred().contains(attempt.buyer() + " " + attempt.key())
                && ticketsOfBuyer.getOrDefault(attempt.buyer(), List.of()).stream()
                        .map(ticket -> turn(ticket.ticket()))
                        .filter(Objects::nonNull)
                        .anyMatch(turn -> turn.beganNanos() < attempt.invokedNanos()
                                && attempt.answeredNanos() < turn.endsNanos());
    }
}
