package io.jishi.realtime;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.BiFunction;

/** What capabilities see of real time: they publish, and say who may listen and what a newcomer is told. */
public interface Channels {
    /**
     * Appends a message to a channel's log and fans it out to every subscriber of every node.
     *
     * @param message written as JSON
     * @return the position, once the message survives the death of any one node; fails where it may not have been
     *     appended. Messages that one caller publishes to one channel one after the other keep that order.
     */
    Future<Position> publish(ChannelName channel, Object message);

    /**
     * As {@link #publish}, where the message is the whole latest value of a key: in a channel of class latest a slow
     * reader is sent only the last message of each key.
     */
    Future<Position> publishKeyed(ChannelName channel, String key, Object message);

    /** The same for several messages of one channel, at one go and without another between them. */
    Future<Position> publishAll(ChannelName channel, List<?> messages);

    /**
     * As {@link #publish}, for a publication that a person is the author of.
     *
     * @param author sent to subscribers as the publication's client info
     */
    Future<Position> publishFrom(Caller author, ChannelName channel, Object message);

    /** As {@link #publishFrom}, for what a busy sampled channel never leaves out, such as the host's words. */
    Future<Position> publishAlwaysFrom(Caller author, ChannelName channel, Object message);

    /** The latest publications of a channel, oldest first. */
    Future<List<Publication>> history(ChannelName channel, int limitMax);

    /**
     * Adds a rule to those of the authorisation table: who may subscribe to the channels of a namespace.
     *
     * @param guard given the caller and the part of the name behind the colon
     */
    void guard(String namespace, BiFunction<Caller, String, Future<Boolean>> guard);

    /** Sets what a new subscriber of a namespace is told in the reply to its subscription ({@code data}). */
    void greet(String namespace, BiFunction<Caller, String, Future<Object>> greeting);

    /** Calls back on this node when the number of its subscribers of a channel of the namespace changes. */
    void watch(String namespace, BiFunction<String, Integer, Future<Void>> watcher);

    /** Where a publication stands in its channel. Offsets start at 1 and have no gap within an epoch. */
    record Position(String epoch, long offset) {}
}
