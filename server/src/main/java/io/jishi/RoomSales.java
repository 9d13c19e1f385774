package io.jishi;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.flashsales.Rooms;
import io.jishi.liverooms.LiveRooms;
import io.vertx.core.Future;
import java.util.Optional;

/** Live rooms as flash sales see them. */
record RoomSales(LiveRooms rooms) implements Rooms {
    @Override
    public Future<Optional<Id<User>>> hostOf(Id<?> room) {
        return rooms.room(Id.of(room.value()))
                .map(found -> found.map(each -> Id.<User>of(each.hostId().value())));
    }

    @Override
    public Future<?> announce(Id<?> room, Object publication) {
        return rooms.announce(Id.of(room.value()), publication);
    }
}
