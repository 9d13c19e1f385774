package io.jishi.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jishi.bots.Backoff;
import io.jishi.bots.Client;
import io.jishi.bots.ServerError;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocketClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The clients of a market night, all on one event loop, so that what they note needs no locks. */
final class NightClients implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int CALL_SECONDS_MAX = 10;
    private static final int CALLS_MAX = 512;
    private static final Duration RETRY_FIRST = Duration.ofMillis(100);
    private static final Duration RETRY_MAX = Duration.ofSeconds(2);
    private static final Duration CONNECTED_MAX = Duration.ofMinutes(3);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context context = vertx.getOrCreateContext();
    private final WebSocketClient sockets;
    private final List<URI> urls;
    private final RandomGenerator random;
    private final int callSecondsMax;
    private final List<Client> all = new ArrayList<>();
    private int retries;

    NightClients(List<URI> urls, int clientsMax, long seed) {
        this(urls, clientsMax, seed, CALL_SECONDS_MAX);
    }

    /** @param callSecondsMax how long a call waits for its answer */
    NightClients(List<URI> urls, int clientsMax, long seed, int callSecondsMax) {
        this.urls = urls;
        this.callSecondsMax = callSecondsMax;
        this.random = new Random(seed);
        sockets = Client.sockets(vertx, clientsMax);
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    RandomGenerator random() {
        return random;
    }

    /** Not started yet. */
    Client client(String token, int firstNode) {
        Client client = new Client(
                context,
                sockets,
                new Client.Options(
                        urls,
                        firstNode % urls.size(),
                        refused -> Future.succeededFuture(token),
                        new Backoff(RETRY_FIRST, RETRY_MAX, random),
                        CALLS_MAX,
                        callSecondsMax));
        all.add(client);
        return client;
    }

    /** How often a call was made again because nobody knew what had become of it, or the server was busy. */
    int retries() {
        return retries;
    }

    /** Blocks until every client was connected once. */
    void awaitConnected() throws InterruptedException {
        long deadline = System.nanoTime() + CONNECTED_MAX.toNanos();
        long missing;
        while ((missing = all.stream().filter(client -> client.connects() == 0).count()) > 0) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(missing + " clients could not connect");
            }
            Thread.sleep(Duration.ofMillis(50));
        }
    }

    /**
     * Calls, and calls again with the same parameters where there was no answer or a temporary refusal.
     *
     * @return fails with a refusal that is not temporary, or with the last fault when the time is over
     */
    Future<JsonNode> insist(Client client, String method, ObjectNode params, Duration patience) {
        return insist(
                () -> client.call(method, params.deepCopy()),
                System.nanoTime() + patience.toNanos(),
                new Backoff(RETRY_FIRST, RETRY_MAX, random));
    }

    private Future<JsonNode> insist(Supplier<Future<JsonNode>> call, long deadlineNanos, Backoff backoff) {
        return call.get().recover(fault -> {
            boolean refused = fault instanceof ServerError error && !error.temporary();
            if (refused || System.nanoTime() > deadlineNanos) {
                return Future.failedFuture(fault);
            }
            retries++;
            Promise<JsonNode> answer = Promise.promise();
            after(backoff.next(), () -> insist(call, deadlineNanos, backoff).onComplete(answer));
            return answer.future();
        });
    }

    void after(Duration delay, Runnable action) {
        vertx.setTimer(Math.max(1, delay.toMillis()), _ -> context.runOnContext(_ -> action.run()));
    }

    /** @return what ends it */
    Runnable every(Duration period, Runnable action) {
        long timer = vertx.setPeriodic(period.toMillis(), _ -> context.runOnContext(_ -> action.run()));
        return () -> vertx.cancelTimer(timer);
    }

    /** Runs an action on the clients' event loop and waits for its result. */
    <T> T onLoop(Callable<T> action) throws TimeoutException {
        Promise<T> result = Promise.promise();
        context.runOnContext(_ -> {
            try {
                result.complete(action.call());
            } catch (Exception e) {
                result.fail(e);
            }
        });
        return result.future().await(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        all.forEach(Client::close);
        vertx.close().await();
    }
}
