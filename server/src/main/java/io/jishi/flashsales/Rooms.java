package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.vertx.core.Future;
import java.util.Optional;

/** What flash sales need of live rooms. */
public interface Rooms {
    /** Whose room it is; empty where there is none. */
    Future<Optional<Id<User>>> hostOf(Id<?> room);

    /** Tells those in the room. */
    Future<?> announce(Id<?> room, Object publication);

    /** A shop without rooms. */
    static Rooms none() {
        return new Rooms() {
            @Override
            public Future<Optional<Id<User>>> hostOf(Id<?> room) {
                return Future.succeededFuture(Optional.empty());
            }

            @Override
            public Future<?> announce(Id<?> room, Object publication) {
                return Future.succeededFuture();
            }
        };
    }
}
