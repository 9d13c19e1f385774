package io.jishi.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.bench.SaleEvidence.Stood;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the buyers of one sale know of its waiting room, and the passes that they have, or had. */
final class FaultTurns {
    private static final String FORGED = "zzzzzzzz.AAAAAAAAAAAAAAAAAAAAAA";

    /** Clocks differ a little. */
    private static final long SLACK_MILLIS = 1_000;

    private record Pass(String text, long endsMillis) {
        boolean isGood() {
            return System.currentTimeMillis() < endsMillis;
        }

        boolean isLongOver() {
            return System.currentTimeMillis() > endsMillis + SLACK_MILLIS;
        }
    }

    private final Map<String, Pass> passes = new HashMap<>();
    /** Buyers whose turn went by. */
    private final Set<String> over = new HashSet<>();

    private final List<Stood> stood = new ArrayList<>();
    private final Set<String> barred = new HashSet<>();

    /** Null where it is not the buyer's turn. */
    @Nullable
    String pass(String buyer) {
        Pass pass = passes.get(buyer);
        return pass == null || !pass.isGood() ? null : pass.text();
    }

    /** None, a forged one, somebody else's, or one that is over; null is none. */
    @Nullable
    String badPass(String buyer, RandomGenerator random) {
        List<String> bad = new ArrayList<>(List.of(FORGED));
        passes.forEach((owner, pass) -> {
            if (!owner.equals(buyer) || pass.isLongOver()) {
                bad.add(pass.text());
            }
        });
        int chosen = random.nextInt(bad.size() + 1);
        return chosen == bad.size() ? null : bad.get(chosen);
    }

    /** A key that is never claimed with a good pass. */
    void bar(String buyer, String key) {
        barred.add(buyer + " " + key);
    }

    ObjectNode entering(String buyer, String sale) {
        return NightClients.object().put("saleId", sale).put("again", over.contains(buyer));
    }

    void stands(String buyer, long askedNanos, JsonNode answer) {
        String stage = answer.path("stage").asText();
        JsonNode place = answer.path("place");
        JsonNode ends = answer.path("turnEndsAt");
        stood.add(new Stood(
                buyer,
                askedNanos,
                answer.path("ticket").asInt(),
                place.isNumber() ? place.asInt() : null,
                stage,
                stage.equals("turn") ? SaleAudit.nanos(Instant.ofEpochMilli(ends.asLong())) : null));
        if (stage.equals("turn")) {
            passes.put(buyer, new Pass(answer.path("pass").asText(), ends.asLong()));
        }
        if (stage.equals("turn_over")) {
            over.add(buyer);
        } else {
            over.remove(buyer);
        }
    }

    List<Stood> stood() {
        return List.copyOf(stood);
    }

    Set<String> barred() {
        return Set.copyOf(barred);
    }
}
