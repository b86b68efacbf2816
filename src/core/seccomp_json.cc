// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/seccomp_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <optional>

#include "base/text.h"
#include "core/capability.h"
#include "core/diagnostic.h"

namespace caisson {
namespace {

using Json = nlohmann::json;

constexpr int largest_errno = 4095;  // MAX_ERRNO of the kernel
constexpr unsigned argument_count = 6;

// What libseccomp 2.6 knows.
constexpr std::string_view architectures[] = {
    "SCMP_ARCH_X86",     "SCMP_ARCH_X86_64",   "SCMP_ARCH_X32",         "SCMP_ARCH_ARM",
    "SCMP_ARCH_AARCH64", "SCMP_ARCH_MIPS",     "SCMP_ARCH_MIPS64",      "SCMP_ARCH_MIPS64N32",
    "SCMP_ARCH_MIPSEL",  "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32", "SCMP_ARCH_PPC",
    "SCMP_ARCH_PPC64",   "SCMP_ARCH_PPC64LE",  "SCMP_ARCH_S390",        "SCMP_ARCH_S390X",
    "SCMP_ARCH_PARISC",  "SCMP_ARCH_PARISC64", "SCMP_ARCH_RISCV64",     "SCMP_ARCH_LOONGARCH64",
    "SCMP_ARCH_M68K",    "SCMP_ARCH_SH",       "SCMP_ARCH_SHEB",
};

struct ActionName {
    std::string_view name;
    SyscallAction action;
};
constexpr ActionName actions[] = {
    {"SCMP_ACT_ALLOW", SyscallAction::Allow},
    {"SCMP_ACT_ERRNO", SyscallAction::Refuse},
    {"SCMP_ACT_LOG", SyscallAction::Log},
    {"SCMP_ACT_TRAP", SyscallAction::Trap},
    {"SCMP_ACT_KILL", SyscallAction::KillThread},
    {"SCMP_ACT_KILL_THREAD", SyscallAction::KillThread},
    {"SCMP_ACT_KILL_PROCESS", SyscallAction::KillProcess},
};

struct ComparisonName {
    std::string_view name;
    Comparison comparison;
};
constexpr ComparisonName comparisons[] = {
    {"SCMP_CMP_NE", Comparison::NotEqual},           {"SCMP_CMP_LT", Comparison::Less},
    {"SCMP_CMP_LE", Comparison::LessOrEqual},        {"SCMP_CMP_EQ", Comparison::Equal},
    {"SCMP_CMP_GE", Comparison::GreaterOrEqual},     {"SCMP_CMP_GT", Comparison::Greater},
    {"SCMP_CMP_MASKED_EQ", Comparison::MaskedEqual},
};

bool contains(const std::vector<std::string>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

// A value and where it stands.
struct Place {
    const Json* value;
    std::string path;

    bool is_absent() const { return value == nullptr || value->is_null(); }
    Error wrong(std::string message) const {
        return plain_error((path.empty() ? "" : path + ": ") + std::move(message));
    }
    Place member(const char* name) const {
        const auto found = value->find(name);
        return {found == value->end() ? nullptr : &*found, path + (path.empty() ? "" : ".") + name};
    }
    Place item(std::size_t index) const {
        return {&(*value)[index], path + "[" + std::to_string(index) + "]"};
    }
};

Result<void> check_members(const Place& place, std::initializer_list<std::string_view> known) {
    if (!place.value->is_object())
        return place.wrong("is no object");
    for (const auto& [name, value] : place.value->items())
        if (std::find(known.begin(), known.end(), name) == known.end())
            return place.wrong("unknown field " + caisson::quoted(name));
    return {};
}

Result<std::string> text_of(const Place& place) {
    if (place.is_absent())
        return place.wrong("is missing");
    if (!place.value->is_string())
        return place.wrong("is no string");
    return place.value->get_ref<const std::string&>();
}

Result<std::uint64_t> number_of(const Place& place, std::uint64_t highest) {
    if (place.is_absent())
        return place.wrong("is missing");
    if (!place.value->is_number_unsigned() || place.value->get<std::uint64_t>() > highest)
        return place.wrong("is no number from 0 to " + std::to_string(highest));
    return place.value->get<std::uint64_t>();
}

// Nothing where there is no list.
Result<std::vector<std::string>> texts_of(const Place& place) {
    std::vector<std::string> texts;
    if (place.is_absent())
        return texts;
    if (!place.value->is_array())
        return place.wrong("is no array");
    for (std::size_t i = 0; i < place.value->size(); ++i) {
        std::string text = TRY(text_of(place.item(i)));
        texts.push_back(std::move(text));
    }
    return texts;
}

Result<SyscallAction> action_of(const Place& place) {
    const std::string name = TRY(text_of(place));
    for (const ActionName& row : actions)
        if (name == row.name)
            return row.action;
    if (name == "SCMP_ACT_TRACE" || name == "SCMP_ACT_NOTIFY")
        return place.wrong(caisson::quoted(name) +
                           " needs another process, which Caisson does not have");
    return place.wrong(caisson::quoted(name) + " is no action");
}

// A number, or, as Podman writes it, a name, which comes first where both are given.
Result<int> errnum_of(const Place& number, const Place& name, SyscallAction action) {
    for (const Place* place : {&number, &name})
        if (!place->is_absent() && action != SyscallAction::Refuse)
            return place->wrong("is for SCMP_ACT_ERRNO");
    std::uint64_t errnum = EPERM;
    if (!number.is_absent())
        errnum = TRY(number_of(number, largest_errno));
    if (name.is_absent())
        return static_cast<int>(errnum);
    const std::string word = TRY(text_of(name));
    for (int candidate = 1; candidate < largest_errno; ++candidate)
        if (const char* known = ::strerrorname_np(candidate); known != nullptr && word == known)
            return candidate;
    return name.wrong(caisson::quoted(word) + " is no errno");
}

Result<ArgumentTest> argument_of(const Place& place) {
    TRY(check_members(place, {"index", "value", "valueTwo", "op"}));
    const std::uint64_t index = TRY(number_of(place.member("index"), argument_count - 1));
    ArgumentTest test{.index = static_cast<unsigned>(index)};
    test.value = TRY(number_of(place.member("value"), UINT64_MAX));
    const Place op = place.member("op");
    const std::string name = TRY(text_of(op));
    const ComparisonName* found =
        std::find_if(std::begin(comparisons), std::end(comparisons),
                     [&](const ComparisonName& row) { return row.name == name; });
    if (found == std::end(comparisons))
        return op.wrong(caisson::quoted(name) + " is no comparison");
    test.comparison = found->comparison;
    std::uint64_t second = 0;
    if (const Place given = place.member("valueTwo"); !given.is_absent())
        second = TRY(number_of(given, UINT64_MAX));
    if (test.comparison == Comparison::MaskedEqual) {
        test.mask = test.value;
        test.value = second;
    }
    return test;
}

Result<std::vector<ArgumentTest>> arguments_of(const Place& place) {
    std::vector<ArgumentTest> tests;
    if (place.is_absent())
        return tests;
    if (!place.value->is_array())
        return place.wrong("is no array");
    for (std::size_t i = 0; i < place.value->size(); ++i) {
        const ArgumentTest test = TRY(argument_of(place.item(i)));
        // Other runtimes take these, and only these, as alternatives. Neither meaning is safe to
        // guess.
        for (const ArgumentTest& other : tests)
            if (other.index == test.index)
                return place.item(i).wrong("a second condition on argument " +
                                           std::to_string(test.index) +
                                           "; alternatives are rules of their own");
        tests.push_back(test);
    }
    return tests;
}

// Both spellings: `names`, and the older `name`.
Result<std::vector<Syscall>> calls_of(const Place& rule) {
    const Place list = rule.member("names");
    const Place single = rule.member("name");
    std::vector<std::string> names = TRY(texts_of(list));
    if (!single.is_absent() && !names.empty())
        return single.wrong("stands beside names");
    if (!single.is_absent()) {
        std::string name = TRY(text_of(single));
        names.push_back(std::move(name));
    }
    if (names.empty())
        return list.wrong("is missing");
    std::vector<Syscall> calls;
    for (const std::string& name : names)
        calls.push_back(named_syscall(name));
    return calls;
}

struct Filter {
    std::vector<std::string> architectures;
    std::vector<std::string> capabilities;
    std::optional<bool> is_kernel_new_enough;
};

Result<bool> is_new_enough(const Place& place, const SeccompFacts& facts) {
    const std::string text = TRY(text_of(place));
    const std::size_t dot = text.find('.');
    const auto major = parse_integer<unsigned>(std::string_view(text).substr(0, dot));
    const auto minor = dot == std::string::npos
                           ? std::optional<unsigned>()
                           : parse_integer<unsigned>(std::string_view(text).substr(dot + 1));
    if (!major || !minor)
        return place.wrong(caisson::quoted(text) + " is no version such as \"4.8\"");
    return facts.kernel_major > *major ||
           (facts.kernel_major == *major && facts.kernel_minor >= *minor);
}

// `includes` or `excludes`.
Result<Filter> filter_of(const Place& place, const SeccompFacts& facts) {
    Filter filter;
    if (place.is_absent())
        return filter;
    TRY(check_members(place, {"arches", "caps", "minKernel"}));
    filter.architectures = TRY(texts_of(place.member("arches")));
    filter.capabilities = TRY(texts_of(place.member("caps")));
    for (std::size_t i = 0; i < filter.capabilities.size(); ++i)
        if (!contains(all_capabilities(), filter.capabilities[i]))
            return place.member("caps").item(i).wrong(caisson::quoted(filter.capabilities[i]) +
                                                      " is no capability");
    // An empty string is what Go leaves of a version that is not there.
    const Place kernel = place.member("minKernel");
    if (!kernel.is_absent() && *kernel.value != "")
        filter.is_kernel_new_enough = TRY(is_new_enough(kernel, facts));
    return filter;
}

bool applies(const Filter& includes, const Filter& excludes, const SeccompFacts& facts) {
    const auto has = [&](const std::string& name) { return contains(facts.capabilities, name); };
    if (contains(excludes.architectures, facts.architecture) ||
        std::any_of(excludes.capabilities.begin(), excludes.capabilities.end(), has) ||
        excludes.is_kernel_new_enough.value_or(false))
        return false;
    return (includes.architectures.empty() ||
            contains(includes.architectures, facts.architecture)) &&
           std::all_of(includes.capabilities.begin(), includes.capabilities.end(), has) &&
           includes.is_kernel_new_enough.value_or(true);
}

// Nothing when its conditions do not hold.
Result<std::optional<SyscallRule>> rule_of(const Place& place, const SeccompFacts& facts) {
    TRY(check_members(place, {"names", "name", "action", "errnoRet", "errno", "args", "comment",
                              "includes", "excludes"}));
    SyscallRule rule;
    rule.syscalls = TRY(calls_of(place));
    rule.action = TRY(action_of(place.member("action")));
    rule.errnum = TRY(errnum_of(place.member("errnoRet"), place.member("errno"), rule.action));
    rule.arguments = TRY(arguments_of(place.member("args")));
    const Filter includes = TRY(filter_of(place.member("includes"), facts));
    const Filter excludes = TRY(filter_of(place.member("excludes"), facts));
    if (!applies(includes, excludes, facts))
        return std::optional<SyscallRule>();
    return std::optional<SyscallRule>(std::move(rule));
}

Result<void> check_architecture(const Place& place, const std::string& name) {
    if (std::find(std::begin(architectures), std::end(architectures), name) ==
        std::end(architectures))
        return place.wrong(caisson::quoted(name) + " is no architecture");
    return {};
}

// Whatever it lists, the filter is for the native architecture and kills others: the list decides
// only whether the profile was made for this machine.
Result<void> check_architectures(const Place& profile, const SeccompFacts& facts) {
    const Place list = profile.member("architectures");
    const Place map = profile.member("archMap");
    std::vector<std::string> named = TRY(texts_of(list));
    for (std::size_t i = 0; i < named.size(); ++i)
        TRY(check_architecture(list.item(i), named[i]));
    if (!map.is_absent() && !map.value->is_array())
        return map.wrong("is no array");
    if (!map.is_absent() && !map.value->empty() && !named.empty())
        return map.wrong("stands beside architectures");
    for (std::size_t i = 0; !map.is_absent() && i < map.value->size(); ++i) {
        const Place entry = map.item(i);
        TRY(check_members(entry, {"architecture", "subArchitectures"}));
        std::string name = TRY(text_of(entry.member("architecture")));
        TRY(check_architecture(entry.member("architecture"), name));
        named.push_back(std::move(name));
        const Place below = entry.member("subArchitectures");
        const std::vector<std::string> others = TRY(texts_of(below));
        for (std::size_t j = 0; j < others.size(); ++j)
            TRY(check_architecture(below.item(j), others[j]));
    }
    if (!named.empty() && !contains(named, facts.token))
        return plain_error("is not for this architecture, " + std::string(facts.token));
    return {};
}

// The runtime has one thread, so that TSYNC changes nothing.
Result<void> check_flags(const Place& place) {
    const std::vector<std::string> flags = TRY(texts_of(place));
    for (std::size_t i = 0; i < flags.size(); ++i)
        if (flags[i] != "SECCOMP_FILTER_FLAG_TSYNC")
            return place.item(i).wrong(caisson::quoted(flags[i]) + " is not supported");
    return {};
}

// What libseccomp would decide by which of them comes first.
Result<void> check_contradictions(const SeccompProfile& profile) {
    struct Decision {
        std::string_view name;
        const SyscallRule* rule;
    };
    std::vector<Decision> decisions;
    for (const SyscallRule& rule : profile.rules)
        if (rule.arguments.empty())
            for (const Syscall& syscall : rule.syscalls)
                decisions.push_back({syscall.name, &rule});
    std::sort(decisions.begin(), decisions.end(),
              [](const Decision& a, const Decision& b) { return a.name < b.name; });
    for (std::size_t i = 1; i < decisions.size(); ++i) {
        const auto& [name, rule] = decisions[i];
        const SyscallRule* other = decisions[i - 1].rule;
        if (name == decisions[i - 1].name &&
            (rule->action != other->action || rule->errnum != other->errnum))
            return plain_error("two rules contradict each other on " + caisson::quoted(name));
    }
    return {};
}

}  // namespace

Result<SeccompProfile> parse_seccomp_profile(std::string_view json, const SeccompFacts& facts) {
    const Json document = Json::parse(json, nullptr, false);
    if (document.is_discarded())
        return plain_error("is no JSON");
    const Place root{&document, {}};
    TRY(check_members(root, {"defaultAction", "defaultErrnoRet", "defaultErrno", "architectures",
                             "archMap", "flags", "syscalls"}));
    SeccompProfile profile;
    profile.default_action = TRY(action_of(root.member("defaultAction")));
    profile.default_errnum = TRY(errnum_of(root.member("defaultErrnoRet"),
                                           root.member("defaultErrno"), profile.default_action));
    profile.hides_newer_calls = profile.default_action == SyscallAction::Refuse;
    TRY(check_architectures(root, facts));
    TRY(check_flags(root.member("flags")));
    const Place rules = root.member("syscalls");
    if (!rules.is_absent() && !rules.value->is_array())
        return rules.wrong("is no array");
    for (std::size_t i = 0; !rules.is_absent() && i < rules.value->size(); ++i) {
        std::optional<SyscallRule> rule = TRY(rule_of(rules.item(i), facts));
        if (rule)
            profile.rules.push_back(std::move(*rule));
    }
    TRY(check_contradictions(profile));
    return profile;
}

}  // namespace caisson
