package io.jishi.bench;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Who listens to what and begins where. Half of a node's listeners are in channels that every node hears, the others in
 * channels that only this node hears: when it dies those come to nodes for which they are new.
 *
 * @param channels of each kind as many as there are nodes, or a multiple of that
 */
record RecoveryLayout(int nodes, int clients, int channels) {
    RecoveryLayout {
        if (clients < 2 * channels || channels % nodes != 0) {
            throw new IllegalArgumentException("channels must be a multiple of the nodes, and have two clients each");
        }
    }

    List<String> channelNames() {
        return IntStream.range(0, 2 * channels)
                .mapToObj(channel -> (channel < channels ? "lossless:shared-" : "lossless:own-") + channel)
                .toList();
    }

    int nodeOf(int client) {
        return client % nodes;
    }

    /** The channel of a client, by its place among the names. */
    int channelOf(int client) {
        int turn = client / nodes;
        boolean shared = turn % 2 == 0;
        return shared ? turn / 2 % channels : channels + turn / 2 * nodes % channels + nodeOf(client);
    }
}
