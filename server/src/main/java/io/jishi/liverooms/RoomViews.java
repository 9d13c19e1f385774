package io.jishi.liverooms;

import io.jishi.core.Id;
import io.jishi.liverooms.CommentStore.Said;
import io.jishi.liverooms.RoomAnswer.Greeting;
import io.jishi.realtime.ChannelName;
import io.jishi.realtime.Channels;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sessions as people see them: the table's row with viewers, the pinned product and, for newcomers, the last comments. */
final class RoomViews {
    private static final Logger LOG = LoggerFactory.getLogger(RoomViews.class);
    private static final int FRESH_MILLIS = 2_000;
    private static final int READ_MILLIS_MAX = 1_000;
    private static final int ROOMS_MAX = 10_000;
    private static final int PRODUCTS_MAX = 1_000;
    private static final int COMMENTS_SHOWN = 50;
    /** Enough for the comments shown, between what else is published. */
    private static final int HISTORY_READ = 200;

    private final CommentStore comments;
    private final Channels channels;
    private final Viewers viewers;
    private final Likes likes;
    private final LiveRooms.Sales sales;
    private final FreshReads<Id<Room>, Optional<RoomRow>> rows;
    private final FreshReads<Id<?>, Optional<Object>> products;

    RoomViews(
            RoomStore rooms,
            CommentStore comments,
            Channels channels,
            Viewers viewers,
            Likes likes,
            LiveRooms.Products products,
            LiveRooms.Sales sales,
            InstantSource clock) {
        this.comments = comments;
        this.channels = channels;
        this.viewers = viewers;
        this.likes = likes;
        this.sales = sales;
        this.rows = new FreshReads<>(clock, FRESH_MILLIS, READ_MILLIS_MAX, ROOMS_MAX, rooms::find);
        this.products = new FreshReads<>(
                clock,
                FRESH_MILLIS,
                READ_MILLIS_MAX,
                PRODUCTS_MAX,
                id -> products.product(id).map(found -> found.map(Object.class::cast)));
    }

    /** As it was a moment ago at the most, or, while the database is away, as it was last known. */
    Future<Optional<RoomRow>> row(Id<Room> id) {
        return rows.get(id);
    }

    /** It has changed on some node. */
    void forget(Id<Room> id) {
        rows.forget(id);
    }

    Future<Room> view(RoomRow row) {
        Id<?> pinned = row.pinnedProductId();
        if (pinned == null) {
            return Future.succeededFuture(row.view(viewers.of(row.id()), likes.of(row.id()), null));
        }
        return products.get(pinned)
                .otherwise(fault -> without("pinned product", row.id(), fault, Optional.empty()))
                .map(product -> row.view(viewers.of(row.id()), likes.of(row.id()), product.orElse(null)));
    }

    Future<List<Room>> views(List<RoomRow> rows) {
        List<Future<Room>> views = new ArrayList<>();
        rows.forEach(row -> views.add(view(row)));
        return Future.all(views).map(all -> views.stream().map(Future::result).toList());
    }

    /** Reads afresh what a newcomer is told. */
    Future<Greeting> greeting(Id<Room> id) {
        Future<Room> room = rows.read(id)
                .compose(row -> row.map(this::view)
                        .orElseGet(() -> Future.failedFuture(new IllegalStateException("no such room: " + id))));
        Future<List<Comment>> last = lastComments(id);
        Future<? extends List<?>> open = salesOf(id);
        return Future.all(room, last, open).map(all -> new Greeting(room.result(), last.result(), open.result()));
    }

    private Future<? extends List<?>> salesOf(Id<Room> id) {
        return sales.ofRoom(id).<List<?>>map(list -> list).otherwise(fault -> without("sales", id, fault, List.of()));
    }

    /** From the channel's history, oldest first; where it is too short, the table goes before it. */
    private Future<List<Comment>> lastComments(Id<Room> id) {
        return channels.history(ChannelName.room(id), HISTORY_READ).compose(history -> {
            List<Said> said = RoomHistory.comments(id, history);
            List<Said> shown = said.subList(Math.max(0, said.size() - COMMENTS_SHOWN), said.size());
            int missing = COMMENTS_SHOWN - shown.size();
            if (missing == 0) {
                return Future.succeededFuture(texts(shown));
            }
            long before = shown.stream()
                    .mapToLong(each -> each.comment().id().value())
                    .min()
                    .orElse(Long.MAX_VALUE);
            return comments.newest(id, before, missing)
                    .otherwise(fault -> without("older comments", id, fault, List.of()))
                    .map(older -> {
                        List<Said> all = new ArrayList<>(older.reversed());
                        all.addAll(shown);
                        return texts(all);
                    });
        });
    }

    private static List<Comment> texts(List<Said> said) {
        return said.stream().map(Said::comment).toList();
    }

    private static <T> T without(String what, Id<Room> room, Throwable fault, T instead) {
        LOG.warn("event=room-shown-without what=\"{}\" room={} fault={}", what, room, fault.toString());
        return instead;
    }
}
