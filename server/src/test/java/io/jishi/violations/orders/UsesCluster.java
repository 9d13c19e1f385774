package io.jishi.violations.orders;

final class UsesCluster {
    io.jishi.violations.cluster.KnowsDatabase cluster;
}
