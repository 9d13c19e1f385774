package io.jishi.liverooms;

import io.jishi.core.Id;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who says a comment, known to all nodes for a while: the first node that is asked to say the comment of a key claims it
 * with the comment's id, so that a client which repeats it through another node is told of the same comment. It is a
 * hint in the cluster's memory, with a backup; the table's unique constraint is the truth.
 */
final class CommentClaims {
    /** Longer than a client goes on repeating itself after it lost its node. */
    static final long KEPT_MILLIS = 120_000;

    private static final int DEADLINE_MILLIS = 2_000;
    private static final long NOT_PUBLISHED = 0;

    private final Vertx vertx;
    private final String self;

    /** The author's own name of a comment. */
    record Key(long room, String user, String key) {
        String text() {
            return room + "/" + user + "/" + key;
        }
    }

    /** @param offset where it stands in the log, 0 while it is not known to have been published */
    record Claim(Id<Comment> comment, String node, Instant at, long offset) {
        boolean isPublished() {
            return offset != NOT_PUBLISHED;
        }

        private String text() {
            return comment + "|" + node + "|" + at.toEpochMilli() + "|" + offset;
        }

        private static Claim parse(String text) {
            String[] parts = text.split("\\|", -1);
            return new Claim(
                    Id.parse(parts[0]),
                    parts[1],
                    Instant.ofEpochMilli(Long.parseLong(parts[2])),
                    Long.parseLong(parts[3]));
        }
    }

    CommentClaims(Vertx vertx, String self) {
        this.vertx = vertx;
        this.self = self;
    }

    /** What this node would claim. */
    Claim own(Id<Comment> comment, Instant at) {
        return new Claim(comment, self, at, NOT_PUBLISHED);
    }

    /** @return the claim that was there before; null where this one stands now */
    Future<@Nullable Claim> claim(Key key, Claim claim) {
        return map().compose(map -> map.putIfAbsent(key.text(), claim.text(), KEPT_MILLIS))
                .map(before -> before == null ? null : Claim.parse(before))
                .timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** @return whether {@code from} stood until now and {@code to} stands now */
    Future<Boolean> takeOver(Key key, Claim from, Claim to) {
        return map().compose(map -> map.replaceIfPresent(key.text(), from.text(), to.text()))
                .timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Notes where the comment stands; nobody needs to wait for it. */
    Future<Void> published(Key key, Claim claim, long offset) {
        Claim now = new Claim(claim.comment(), claim.node(), claim.at(), offset);
        return map().compose(map -> map.put(key.text(), now.text(), KEPT_MILLIS))
                .timeout(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private Future<AsyncMap<String, String>> map() {
        return vertx.sharedData().getAsyncMap("liverooms.comments");
    }
}
