package io.jishi.shelves;

import io.jishi.core.Id;
import io.jishi.realtime.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.shareddata.AsyncMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The twins as all nodes see them: a map of the cluster, written by the owners and backed up on another node. Where one
 * is missing the reader falls back on the tables.
 */
final class Twins {
    private static final int DEADLINE_MILLIS = 2_000;

    private final Vertx vertx;

    Twins(Vertx vertx) {
        this.vertx = vertx;
    }

    Future<Void> put(List<Shelf> shelves) {
        return map().compose(map -> {
                    List<Future<Void>> puts = new ArrayList<>();
                    shelves.forEach(shelf -> puts.add(
                            map.put(shelf.id().toString(), Json.encode(shelf).toString())));
                    return Future.all(puts).<Void>mapEmpty();
                })
                .timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
    }

    Future<Optional<Shelf>> get(Id<Shelf> id) {
        return map().compose(map -> map.get(id.toString()))
                .map(json -> Optional.ofNullable(json).map(text -> Json.decode(Buffer.buffer(text), Shelf.class)))
                .timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private Future<AsyncMap<String, String>> map() {
        return vertx.sharedData().getAsyncMap("shelf-twins");
    }
}
