package io.jishi.orders;

import io.jishi.core.Check;
import io.jishi.core.Hashes;
import io.jishi.core.Id;
import io.jishi.core.Money;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import io.jishi.core.Timers;
import io.jishi.realtime.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A payment provider that runs inside the server and moves no money. It answers like real ones on their good and their
 * bad days, and signs its notices with HMAC-SHA256 (RFC 2104) as they do.
 */
public final class SandboxProvider implements PaymentProvider {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxProvider.class);
    /** What it does with the payments that it is asked for. */
    public enum Behaviour {
        APPROVE,
        DECLINE,
        /** Answers pending; its notice of approval comes after the delay. */
        DELAY,
        /** Takes the money, but the answer is lost; its notice comes after the delay. */
        LOSE_REPLY,
        /** Approves, and says so in two notices too. */
        REPEAT,
        /** Answers pending; its notice of approval comes when the order's deadline has passed. */
        LATE
    }

    public static final Setting<Behaviour> BEHAVIOUR = Setting.choice(
            "payments.sandbox.behaviour", Behaviour.APPROVE, "What the sandbox does with every payment.");
    public static final Setting<Integer> DELAY_MILLIS = Setting.integer(
            "payments.sandbox.delay-millis", 500, 1, 600_000, "After how long the sandbox's notices come.");
    public static final Setting<String> SECRET = Setting.secret(
            "payments.sandbox.secret", "Signs the sandbox's notices; without it each start makes one of its own.");
    public static final Setting<Integer> FEE_BASIS_POINTS = Setting.integer(
            "payments.sandbox.fee-basis-points",
            60,
            0,
            1_000,
            "What the sandbox keeps of a payment, in hundredths of a percent; it returns it with a refund.");
    public static final Setting<Integer> SURPRISES_PERCENT = Setting.integer(
            "payments.sandbox.surprises-percent",
            0,
            0,
            100,
            "How many of a hundred payments the sandbox treats in any of its ways, whatever the behaviour says.");
    public static final List<Setting<?>> SETTINGS =
            List.of(BEHAVIOUR, DELAY_MILLIS, SECRET, FEE_BASIS_POINTS, SURPRISES_PERCENT);

    /** The header in which its notices carry their signature. */
    static final String SIGNATURE = "X-Signature";

    private static final int REMEMBERED_MAX = 100_000;

    private final Timers timers;
    private final InstantSource clock;
    private final Duration delay;
    private final byte[] secret;
    private final Fees fees;
    private final Function<Id<Payment>, Behaviour> behaviour;
    private final LinkedHashMap<Id<Payment>, Answer> answers = new LinkedHashMap<>();
    private volatile @Nullable Function<Notice, Future<?>> callback;

    public SandboxProvider(Timers timers, InstantSource clock, Settings settings) {
        this(timers, clock, settings, payment -> behaviour(settings, payment));
    }

    /** The same for the same payment, however often and on whichever node it is asked for. */
    static Behaviour behaviour(Settings settings, Id<Payment> payment) {
        SplittableRandom random = new SplittableRandom(payment.value());
        Behaviour[] all = Behaviour.values();
        return random.nextInt(100) < settings.get(SURPRISES_PERCENT)
                ? all[random.nextInt(all.length)]
                : settings.get(BEHAVIOUR);
    }

    /** @param behaviour chosen for each payment */
    SandboxProvider(Timers timers, InstantSource clock, Settings settings, Function<Id<Payment>, Behaviour> behaviour) {
        this.timers = timers;
        this.clock = clock;
        this.delay = Duration.ofMillis(settings.get(DELAY_MILLIS));
        this.secret = secret(settings.get(SECRET));
        this.fees = new Fees(settings.get(FEE_BASIS_POINTS), true);
        this.behaviour = behaviour;
    }

    @Override
    public PaymentMethod method() {
        return PaymentMethod.SANDBOX;
    }

    @Override
    public Fees fees() {
        return fees;
    }

    private static byte[] secret(String configured) {
        if (!configured.isEmpty()) {
            return configured.getBytes(StandardCharsets.UTF_8);
        }
        byte[] made = new byte[32];
        new SecureRandom().nextBytes(made);
        return made;
    }

    /** Where its notices go. Those of payments that were asked for before get lost. */
    public void notifying(Function<Notice, Future<?>> callback) {
        this.callback = callback;
    }

    @Override
    public Future<Answer> pay(Charge charge, String subject, Instant payBefore) {
        Id<Payment> payment = charge.payment();
        Money amount = charge.amount();
        Answer known = known(payment);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        return switch (behaviour.apply(payment)) {
            case APPROVE -> Future.succeededFuture(remember(payment, Answer.APPROVED));
            case DECLINE -> Future.succeededFuture(remember(payment, Answer.DECLINED));
            case DELAY -> {
                notifyLater(new Verdict(payment, true, amount, null));
                yield Future.succeededFuture(remember(payment, Answer.PENDING));
            }
            case LATE -> {
                Duration left = Duration.between(clock.instant(), payBefore);
                notifyAfter(left.isNegative() ? delay : left.plus(delay), new Verdict(payment, true, amount, null));
                yield Future.succeededFuture(remember(payment, Answer.PENDING));
            }
            case LOSE_REPLY -> {
                remember(payment, Answer.APPROVED);
                notifyLater(new Verdict(payment, true, amount, null));
                yield Future.failedFuture("the sandbox lost its reply");
            }
            case REPEAT -> {
                notifyLater(new Verdict(payment, true, amount, null));
                notifyLater(new Verdict(payment, true, amount, null));
                yield Future.succeededFuture(remember(payment, Answer.APPROVED));
            }
        };
    }

    @Override
    public Future<Answer> find(Charge charge) {
        Answer known = known(charge.payment());
        return Future.succeededFuture(known == null ? Answer.PENDING : known);
    }

    @Override
    public Future<Answer> close(Charge charge) {
        Answer known = known(charge.payment());
        return Future.succeededFuture(known == null ? remember(charge.payment(), Answer.DECLINED) : known);
    }

    @Override
    public Future<Refund> refund(Charge charge, Back back) {
        return Future.succeededFuture(Refund.DONE);
    }

    @Override
    public Optional<Verdict> read(Notice notice) {
        byte[] expected = sign(notice.body()).getBytes(StandardCharsets.US_ASCII);
        byte[] given = notice.required(SIGNATURE).getBytes(StandardCharsets.US_ASCII);
        if (!MessageDigest.isEqual(expected, given)) {
            throw new NotGenuine();
        }
        Body body = Json.decode(Buffer.buffer(notice.body()), Body.class);
        return Optional.of(
                new Verdict(body.paymentId(), body.approved(), new Money(body.amountMinor(), body.currency()), null));
    }

    /** The notice that it sends for a verdict. */
    Notice notice(Verdict verdict) {
        Money amount = verdict.amount();
        Body body = new Body(verdict.payment(), verdict.approved(), amount.minorUnits(), amount.currency());
        String text = Json.encode(body).toString();
        String signature = sign(text);
        return new Notice(text, name -> name.equals(SIGNATURE) ? signature : null);
    }

    record Body(Id<Payment> paymentId, boolean approved, long amountMinor, String currency) {
        Body {
            Check.present("paymentId", paymentId);
            Check.present("currency", currency);
        }
    }

    private void notifyLater(Verdict verdict) {
        notifyAfter(delay, verdict);
    }

    private void notifyAfter(Duration wait, Verdict verdict) {
        timers.after(wait, () -> {
            remember(verdict.payment(), verdict.approved() ? Answer.APPROVED : Answer.DECLINED);
            Function<Notice, Future<?>> to = callback;
            if (to != null) {
                to.apply(notice(verdict)).onFailure(fault -> LOG.warn("event=notice-failed", fault));
            }
        });
    }

    private synchronized @Nullable Answer known(Id<Payment> payment) {
        return answers.get(payment);
    }

    private synchronized Answer remember(Id<Payment> payment, Answer answer) {
        answers.put(payment, answer);
        if (answers.size() > REMEMBERED_MAX) {
            answers.pollFirstEntry();
        }
        return answer;
    }

    private String sign(String body) {
        return HexFormat.of().formatHex(Hashes.hmacSha256(secret, body));
    }
}
