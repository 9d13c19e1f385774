package io.jishi.payments;

import io.jishi.core.Invalid;
import io.jishi.core.Setting;
import io.jishi.core.Settings;
import java.net.URI;
import java.util.List;

/** How orders may be paid, and with which accounts at the providers. */
final class PaymentSettings {
    static final Setting<String> METHODS = Setting.text(
            "payments.methods",
            "sandbox",
            "How orders may be paid, joined by commas: sandbox, stripe, alipay, wechat. The sandbox takes no money and is refused in production.");
    static final Setting<String> PUBLIC_URL = Setting.text(
            "payments.public-url", "", "Where providers reach this shop, for their notices; https, without a path.");

    static final Setting<String> STRIPE_URL =
            Setting.text("payments.stripe.url", "https://api.stripe.com", "Where Stripe is.");
    static final Setting<String> STRIPE_KEY =
            Setting.secret("payments.stripe.secret-key", "The secret key of the account at Stripe.");
    static final Setting<String> STRIPE_WEBHOOK_SECRET =
            Setting.secret("payments.stripe.webhook-secret", "What Stripe signs its notices to this shop with.");
    static final Setting<Integer> STRIPE_FEE = fee("stripe", 340, "which it keeps also where it refunds");

    static final Setting<String> ALIPAY_URL =
            Setting.text("payments.alipay.url", "https://openapi.alipay.com/gateway.do", "Where Alipay is.");
    static final Setting<String> ALIPAY_APP = Setting.text("payments.alipay.app-id", "", "The application at Alipay.");
    static final Setting<String> ALIPAY_PRIVATE_KEY =
            Setting.secret("payments.alipay.private-key", "The application's private key, in PKCS #8.");
    static final Setting<String> ALIPAY_PUBLIC_KEY =
            Setting.secret("payments.alipay.public-key", "Alipay's public key, or its certificate.");
    static final Setting<Integer> ALIPAY_FEE = fee("alipay", 60, "which it returns with a refund");

    static final Setting<String> WECHAT_URL =
            Setting.text("payments.wechat.url", "https://api.mch.weixin.qq.com", "Where WeChat Pay is.");
    static final Setting<String> WECHAT_MERCHANT =
            Setting.text("payments.wechat.merchant-id", "", "The merchant's number at WeChat Pay.");
    static final Setting<String> WECHAT_APP =
            Setting.text("payments.wechat.app-id", "", "The application that is bound to the merchant.");
    static final Setting<String> WECHAT_PRIVATE_KEY =
            Setting.secret("payments.wechat.private-key", "The merchant's private key, in PKCS #8.");
    static final Setting<String> WECHAT_SERIAL =
            Setting.text("payments.wechat.certificate-serial", "", "The serial number of the merchant's certificate.");
    static final Setting<String> WECHAT_API_KEY =
            Setting.secret("payments.wechat.api-key", "The APIv3 key of 32 bytes, which notices are encrypted with.");
    static final Setting<String> WECHAT_PLATFORM_KEY =
            Setting.secret("payments.wechat.platform-key", "WeChat Pay's public key, or its platform certificate.");
    static final Setting<String> WECHAT_PLATFORM_KEY_ID = Setting.text(
            "payments.wechat.platform-key-id",
            "",
            "The id of that public key (PUB_KEY_ID_…); a certificate has its serial number.");
    static final Setting<Integer> WECHAT_FEE = fee("wechat", 60, "which it returns with a refund");

    static final List<Setting<?>> ALL = List.of(
            METHODS,
            PUBLIC_URL,
            STRIPE_URL,
            STRIPE_KEY,
            STRIPE_WEBHOOK_SECRET,
            STRIPE_FEE,
            ALIPAY_URL,
            ALIPAY_APP,
            ALIPAY_PRIVATE_KEY,
            ALIPAY_PUBLIC_KEY,
            ALIPAY_FEE,
            WECHAT_URL,
            WECHAT_MERCHANT,
            WECHAT_APP,
            WECHAT_PRIVATE_KEY,
            WECHAT_SERIAL,
            WECHAT_API_KEY,
            WECHAT_PLATFORM_KEY,
            WECHAT_PLATFORM_KEY_ID,
            WECHAT_FEE);

    private PaymentSettings() {}

    private static Setting<Integer> fee(String provider, int basisPoints, String rest) {
        return Setting.integer(
                "payments." + provider + ".fee-basis-points",
                basisPoints,
                0,
                1_000,
                "What it keeps of a payment by contract, in hundredths of a percent, " + rest + ".");
    }

    /** @throws Invalid where a method that was asked for lacks it */
    static String required(Settings settings, Setting<String> setting) {
        String value = settings.get(setting).strip();
        if (value.isEmpty()) {
            throw new Invalid(setting.name(), setting.name() + " is missing; payments.methods asks for it.");
        }
        return value;
    }

    /** @throws Invalid where it is no address of a server */
    static URI url(Settings settings, Setting<String> setting) {
        String text = required(settings, setting);
        try {
            URI url = URI.create(text);
            if (url.getHost() != null && ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new Invalid(setting.name(), setting.name() + " must be the address of a server.");
    }

    /** Where a provider sends its notices. */
    static String callback(Settings settings, String provider) {
        String base = url(settings, PUBLIC_URL).toString();
        return (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/api/payments/" + provider
                + "/callback";
    }
}
