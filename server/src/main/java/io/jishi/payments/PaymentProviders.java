package io.jishi.payments;

import io.jishi.core.Invalid;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.orders.PaymentProvider;
import io.jishi.orders.SandboxProvider;
import io.jishi.outbound.OutboundHttp;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The providers that the configuration asks for. */
public final class PaymentProviders {
    public static final List<Setting<?>> SETTINGS = PaymentSettings.ALL;

    private static final String SANDBOX = "sandbox";

    private final List<PaymentProvider> offered = new ArrayList<>();

    /**
     * @param random for nonces; from a source that nobody can foresee
     * @throws Invalid where a method is unknown or what it needs is missing
     */
    public PaymentProviders(
            OutboundHttp http, InstantSource clock, Timers timers, RandomGenerator random, Settings settings) {
        for (String name : names(settings)) {
            offered.add(
                    switch (name) {
                        case SANDBOX -> new SandboxProvider(timers, clock, settings);
                        case "stripe" -> new StripeProvider(http, clock, settings);
                        case "alipay" -> new AlipayProvider(http, clock, settings);
                        case "wechat" -> new WeChatProvider(http, clock, random, settings);
                        default ->
                            throw new Invalid(
                                    PaymentSettings.METHODS.name(),
                                    "payments.methods must be of sandbox, stripe, alipay, wechat.");
                    });
        }
    }

    private static List<String> names(Settings settings) {
        return Arrays.stream(settings.get(PaymentSettings.METHODS).split(",", -1))
                .map(String::strip)
                .toList();
    }

    /** @throws Invalid where goods would be given away: the sandbox is among the methods, as it is by default */
    public static void checkForThePublic(Settings settings) {
        if (names(settings).contains(SANDBOX)) {
            throw new Invalid(
                    PaymentSettings.METHODS.name(),
                    "payments.methods has the sandbox, which takes no money; production needs stripe, alipay or wechat"
                            + " instead. To try things out, set profile to development.");
        }
    }

    public List<PaymentProvider> offered() {
        return List.copyOf(offered);
    }

    /** The sandbox, where it is offered: somebody has to say where its notices go. */
    public Optional<SandboxProvider> sandbox() {
        return offered.stream()
                .filter(SandboxProvider.class::isInstance)
                .map(SandboxProvider.class::cast)
                .findFirst();
    }
}
