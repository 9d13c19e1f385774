/**
 * The cluster: the only package that knows Hazelcast. Discovery and membership, the logs of all channels with a
 * synchronous backup, presence, and the way of publications between nodes.
 */
@NullMarked
package io.jishi.cluster;

import org.jspecify.annotations.NullMarked;
