package io.jishi.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.bots.ChatLog;
import io.jishi.bots.Client;
import io.jishi.bots.Listener;
import io.jishi.bots.Publication;
import io.jishi.bots.ServerError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A recorded chat that is said through the first node, and a listener at the second. */
final class NightTalk implements Listener {
    private static final Duration TICK = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** Past this the recording is held up rather than the memory filled. */
    private static final int IN_FLIGHT_MAX = 250;

    private final NightClients clients;
    private final String room;
    private final List<Client> talkers;
    private final Map<String, Integer> turnOfUser = new HashMap<>();
    private final List<ChatLog.Line> lines;
    private final Duration duration;
    private final Promise<Void> said = Promise.promise();
    /** Comment id to the offset that was acknowledged. */
    private final Map<String, Long> accepted = new HashMap<>();

    private final Map<String, Long> heard = new HashMap<>();
    private final Map<String, Integer> refused = new TreeMap<>();
    private long startNanos;
    private long lastOffset;
    private int next;
    private int inFlight;
    private int unanswered;
    private int doubled;
    private int outOfOrder;
    private int lostPlace;
    private @Nullable ServerError ending;

    NightTalk(NightClients clients, String room, List<Client> talkers, List<ChatLog.Line> lines, Duration duration) {
        this.clients = clients;
        this.room = room;
        this.talkers = talkers;
        this.lines = lines;
        this.duration = duration;
        for (ChatLog.Line line : lines) {
            turnOfUser.putIfAbsent(line.user(), turnOfUser.size());
        }
    }

    /** Completes when every comment has its answer. */
    Future<Void> start() {
        startNanos = System.nanoTime();
        Runnable timer = clients.every(TICK, this::tick);
        return said.future().onComplete(_ -> timer.run());
    }

    private void tick() {
        double share = (double) (System.nanoTime() - startNanos) / duration.toNanos();
        double total = Math.max(1, lines.get(lines.size() - 1).offsetMillis());
        while (next < lines.size()
                && inFlight < IN_FLIGHT_MAX
                && lines.get(next).offsetMillis() / total <= share) {
            say(next++);
        }
        if (next == lines.size() && inFlight == 0) {
            said.tryComplete();
        }
    }

    private void say(int index) {
        ChatLog.Line line = lines.get(index);
        inFlight++;
        Client talker = talkers.get(turnOfUser.getOrDefault(line.user(), 0) % talkers.size());
        clients.insist(
                        talker,
                        "rooms.comment",
                        NightClients.object()
                                .put("roomId", room)
                                .put("text", line.text())
                                .put("key", "night-" + index),
                        PATIENCE)
                .onComplete(_ -> inFlight--)
                .onSuccess(answer -> accepted.put(
                        answer.path("commentId").asText(), answer.path("offset").asLong()))
                .onFailure(this::failed);
    }

    private void failed(Throwable fault) {
        if (fault instanceof ServerError error && !error.temporary()) {
            refused.merge(error.name(), 1, Integer::sum);
        } else {
            unanswered++;
        }
    }

    @Override
    public void subscribed(JsonNode data, boolean gap) {
        if (gap) {
            lostPlace++;
        }
    }

    @Override
    public void heard(Publication publication) {
        if (publication.offset() <= lastOffset) {
            outOfOrder++;
        }
        lastOffset = publication.offset();
        String id = publication.data().path("id").asText();
        if (publication.data().path("type").asText().equals("comment") && heard.put(id, publication.offset()) != null) {
            doubled++;
        }
    }

    @Override
    public void repeated(Publication publication) {
        doubled++;
    }

    @Override
    public void ended(ServerError reason) {
        ending = reason;
    }

    /** Why the server ended the listener's subscription; null where it did not. */
    @Nullable
    ServerError ending() {
        return ending;
    }

    Map<String, Long> accepted() {
        return accepted;
    }

    int heardOfAccepted() {
        return (int) accepted.keySet().stream().filter(heard::containsKey).count();
    }

    /** Heard, but at another place than was acknowledged. */
    int elsewhere() {
        return (int) accepted.entrySet().stream()
                .filter(entry -> isElsewhere(heard.get(entry.getKey()), entry.getValue()))
                .count();
    }

    private static boolean isElsewhere(@Nullable Long heardAt, long acknowledgedAt) {
        return heardAt != null && heardAt != acknowledgedAt;
    }

    int sent() {
        return lines.size();
    }

    Map<String, Integer> refused() {
        return refused;
    }

    int unanswered() {
        return unanswered;
    }

    int doubled() {
        return doubled;
    }

    int outOfOrder() {
        return outOfOrder;
    }

    int lostPlace() {
        return lostPlace;
    }

    /** Everybody who spoke, so that so many clients are made. */
    static int users(List<ChatLog.Line> lines) {
        return new ArrayList<>(lines)
                .stream().map(ChatLog.Line::user).distinct().toList().size();
    }
}
