package io.jishi.load;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

public final class Warmup extends Simulation {
    {
        setUp(scenario("one user waits").pause(1).injectOpen(atOnceUsers(1)));
    }
}
