package io.jishi.liverooms;

import static io.jishi.liverooms.RoomRefusal.ALREADY_ENDED;
import static io.jishi.liverooms.RoomRefusal.BUSY;
import static io.jishi.liverooms.RoomRefusal.NOT_ALLOWED;
import static io.jishi.liverooms.RoomRefusal.NOT_LIVE;
import static io.jishi.liverooms.RoomRefusal.NOT_YOURS;
import static io.jishi.liverooms.RoomRefusal.TOO_FAST;
import static io.jishi.liverooms.RoomRefusal.UNKNOWN_PRODUCT;
import static io.jishi.liverooms.RoomRefusal.UNKNOWN_ROOM;

import io.jishi.realtime.Method;

/** The remote procedures of the sessions. */
final class RoomMethods {
    static final Method<RoomRequest.Schedule, Room> SCHEDULE =
            Method.of("rooms.schedule", RoomRequest.Schedule.class, Room.class, "Schedules a session of one's own.");
    static final Method<RoomRequest.Start, Room> START = Method.of(
            "rooms.start",
            RoomRequest.Start.class,
            Room.class,
            "Starts one's session; a session that is live stays as it is.",
            UNKNOWN_ROOM,
            NOT_YOURS,
            ALREADY_ENDED,
            BUSY);
    static final Method<RoomRequest.End, Room> END = Method.of(
            "rooms.end",
            RoomRequest.End.class,
            Room.class,
            "Ends one's live session; a session that has ended stays as it is.",
            UNKNOWN_ROOM,
            NOT_YOURS,
            NOT_LIVE,
            BUSY);
    static final Method<RoomRequest.ListRooms, RoomAnswer.Rooms> LIST = Method.of(
            "rooms.list", RoomRequest.ListRooms.class, RoomAnswer.Rooms.class, "Lists sessions, newest first.");
    static final Method<RoomRequest.Get, Room> GET =
            Method.of("rooms.get", RoomRequest.Get.class, Room.class, "Tells one session.", UNKNOWN_ROOM);
    static final Method<RoomRequest.Say, RoomAnswer.Posted> COMMENT = Method.of(
            "rooms.comment",
            RoomRequest.Say.class,
            RoomAnswer.Posted.class,
            "Says something in a live session; the same key says it once.",
            UNKNOWN_ROOM,
            NOT_LIVE,
            TOO_FAST,
            NOT_ALLOWED,
            BUSY);
    static final Method<RoomRequest.ListComments, RoomAnswer.Comments> COMMENTS = Method.of(
            "rooms.comments",
            RoomRequest.ListComments.class,
            RoomAnswer.Comments.class,
            "Lists what was said in a session, newest first, as far as it is written.");
    static final Method<RoomRequest.Like, RoomAnswer.Liked> LIKE = Method.of(
            "rooms.like",
            RoomRequest.Like.class,
            RoomAnswer.Liked.class,
            "Likes a live session, several times at once if need be.",
            UNKNOWN_ROOM,
            NOT_LIVE,
            TOO_FAST,
            BUSY);
    static final Method<RoomRequest.Pin, Room> PIN = Method.of(
            "rooms.pin",
            RoomRequest.Pin.class,
            Room.class,
            "Shows a product in one's session, or none.",
            UNKNOWN_ROOM,
            NOT_YOURS,
            UNKNOWN_PRODUCT,
            ALREADY_ENDED);

    private RoomMethods() {}
}
