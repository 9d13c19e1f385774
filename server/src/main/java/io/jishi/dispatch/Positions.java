package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.realtime.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.shareddata.AsyncMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The latest position of every courier on shift, in Vert.x's cluster-wide map: Hazelcast in a cluster, a local map
 * elsewhere. An entry lives as long as the shift. A newer position replaces an older one by compare-and-set, so that two
 * connections of one courier cannot put him back.
 */
final class Positions {
    private static final String MAP = "courier-positions";
    private static final int ATTEMPTS_MAX = 5;
    private static final long DEADLINE_SECONDS = 5;
    /** Reads under way at once, when many couriers are asked for. */
    private static final int CHUNK = 200;

    private final Vertx vertx;

    Positions(Vertx vertx) {
        this.vertx = vertx;
    }

    Future<Optional<CourierPosition>> latest(Id<Courier> courier) {
        return map().compose(map -> map.get(courier.toString()))
                .map(text -> Optional.ofNullable(text).map(Positions::read))
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    Future<Map<Id<Courier>, CourierPosition>> latest(Collection<Id<Courier>> couriers) {
        return latest(new ArrayList<>(couriers), new HashMap<>());
    }

    private Future<Map<Id<Courier>, CourierPosition>> latest(
            List<Id<Courier>> couriers, Map<Id<Courier>, CourierPosition> found) {
        if (couriers.isEmpty()) {
            return Future.succeededFuture(found);
        }
        int end = Math.min(CHUNK, couriers.size());
        List<Future<Optional<CourierPosition>>> reads =
                couriers.subList(0, end).stream().map(this::latest).toList();
        return Future.all(reads).compose(all -> {
            reads.forEach(read -> read.result().ifPresent(position -> found.put(position.courier(), position)));
            return latest(couriers.subList(end, couriers.size()), found);
        });
    }

    /** Enters a courier whose shift starts. */
    Future<Void> enter(CourierPosition start) {
        return map().compose(map -> map.put(start.courier().toString(), write(start)))
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Enters a courier who is on shift and whose entry was lost with the cluster.
     *
     * @return whether the position is now the latest
     */
    Future<Boolean> enterAgain(CourierPosition position) {
        return map().compose(map -> map.putIfAbsent(position.courier().toString(), write(position)))
                .compose(before -> before == null
                        ? Future.succeededFuture(true)
                        : advance(position.courier(), zone -> position).map(Move.Advanced.class::isInstance))
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    /** What became of a position. */
    sealed interface Move {
        /** It is now the latest. */
        record Advanced(CourierPosition to) implements Move {}

        /** A newer one is known. */
        record Outdated() implements Move {}

        /** The courier has no entry. */
        record Absent() implements Move {}
    }

    /**
     * Replaces an older position.
     *
     * @param position the new one, given the zone of the old one
     */
    Future<Move> advance(Id<Courier> courier, Function<String, CourierPosition> position) {
        return map().compose(map -> advance(map, courier.toString(), position, ATTEMPTS_MAX))
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private static Future<Move> advance(
            AsyncMap<String, String> map, String key, Function<String, CourierPosition> position, int attempts) {
        return map.get(key).compose(text -> {
            if (text == null) {
                return Future.succeededFuture(new Move.Absent());
            }
            CourierPosition before = read(text);
            CourierPosition after = position.apply(before.zone());
            if (attempts == 0 || !after.newerThan(before)) {
                return Future.succeededFuture(new Move.Outdated());
            }
            return map.replaceIfPresent(key, text, write(after))
                    .compose(done -> done
                            ? Future.succeededFuture(new Move.Advanced(after))
                            : advance(map, key, position, attempts - 1));
        });
    }

    /** Forgets a courier whose shift is over. */
    Future<Void> forget(Id<Courier> courier) {
        return map().compose(map -> map.remove(courier.toString()))
                .<Void>mapEmpty()
                .timeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    private Future<AsyncMap<String, String>> map() {
        return vertx.sharedData().getAsyncMap(MAP);
    }

    private static String write(CourierPosition position) {
        return Json.encode(position).toString();
    }

    private static CourierPosition read(String text) {
        return Json.decode(Buffer.buffer(text), CourierPosition.class);
    }
}
