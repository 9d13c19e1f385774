package io.jishi.violations.orders;

final class KnowsHazelcast {
    com.hazelcast.core.HazelcastInstance hazelcast;
}
