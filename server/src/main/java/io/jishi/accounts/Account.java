package io.jishi.accounts;

import io.jishi.core.Check;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An account as it is stored, and what is decided about accounts without asking anything.
 *
 * @param passwordHash in the form of {@link Passwords}
 */
record Account(User user, String passwordHash) {
    /** NIST SP 800-63B, section 5.1.1.2: at least 8 characters, and at least 64 allowed. */
    static final int PASSWORD_MIN = 8;

    private static final int PASSWORD_MAX = 128;
    private static final int NAME_MIN = 2;
    private static final int NAME_MAX = 32;
    private static final int DISPLAY_NAME_MAX = 40;

    /**
     * The one form of a log-in name: full-width and half-width forms and capitals are the same name. Only ASCII and
     * Chinese letters, so that no other script's look-alikes pass for somebody.
     */
    static String name(@Nullable String text) {
        String given = Check.text("name", text, 1, NAME_MAX);
        String name = Normalizer.normalize(given, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        int length = name.codePointCount(0, name.length());
        if (length < NAME_MIN || length > NAME_MAX || !name.codePoints().allMatch(Account::isNameCharacter)) {
            throw new Invalid(
                    "name", "The field name must have 2 to 32 Chinese or English letters, digits, dots, - or _.");
        }
        return name;
    }

    static String password(@Nullable String text, int min) {
        String password = Check.present("password", text);
        int length = password.codePointCount(0, password.length());
        if (length < min || length > PASSWORD_MAX) {
            throw new Invalid(
                    "password", "The field password must have " + min + " to " + PASSWORD_MAX + " characters.");
        }
        return password;
    }

    static String language(String text) {
        if (!text.equals("zh") && !text.equals("en")) {
            throw new Invalid("language", "The field language must be zh or en.");
        }
        return text;
    }

    static String displayName(@Nullable String text) {
        return Check.text("displayName", text, 1, DISPLAY_NAME_MAX);
    }

    /** Whether an administrator may give somebody these roles. */
    static Outcome<AccountMessage.Grant> decideGrant(Id<User> administrator, AccountMessage.Grant grant) {
        boolean locksSelfOut =
                grant.userId().equals(administrator) && !grant.roles().contains(Role.ADMIN);
        return locksSelfOut ? Outcome.refused(AccountRefusal.OWN_ADMIN) : Outcome.done(grant);
    }

    /**
     * Whether a password opens the account.
     *
     * @param account empty where there is none of that name
     * @param matches whether the password matches the hash that was compared, which without an account is a made-up one
     */
    static Outcome<User> decideLogin(Optional<Account> account, boolean matches) {
        return account.isPresent() && matches
                ? Outcome.done(account.get().user())
                : Outcome.refused(AccountRefusal.WRONG_CREDENTIALS);
    }

    private static boolean isNameCharacter(int c) {
        boolean ascii = c < 128 && (Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_');
        return ascii || Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN;
    }
}
