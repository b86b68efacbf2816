// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/plan_oci.h"

#include <nlohmann/json.hpp>

#include "core/seccomp_profile.h"

namespace caisson {

using Json = nlohmann::ordered_json;

namespace {

const char* oci_name(SyscallAction action) {
    switch (action) {
    case SyscallAction::Allow:
        return "SCMP_ACT_ALLOW";
    case SyscallAction::Refuse:
        return "SCMP_ACT_ERRNO";
    case SyscallAction::Log:
        return "SCMP_ACT_LOG";
    case SyscallAction::Trap:
        return "SCMP_ACT_TRAP";
    case SyscallAction::KillThread:
        return "SCMP_ACT_KILL_THREAD";
    case SyscallAction::KillProcess:
        return "SCMP_ACT_KILL_PROCESS";
    }
    return "";
}

const char* oci_name(Comparison comparison) {
    switch (comparison) {
    case Comparison::NotEqual:
        return "SCMP_CMP_NE";
    case Comparison::Less:
        return "SCMP_CMP_LT";
    case Comparison::LessOrEqual:
        return "SCMP_CMP_LE";
    case Comparison::Equal:
        return "SCMP_CMP_EQ";
    case Comparison::GreaterOrEqual:
        return "SCMP_CMP_GE";
    case Comparison::Greater:
        return "SCMP_CMP_GT";
    case Comparison::MaskedEqual:
        return "SCMP_CMP_MASKED_EQ";
    }
    return "";
}

Json oci_argument(const ArgumentTest& test) {
    const bool is_masked = test.comparison == Comparison::MaskedEqual;
    Json argument = {{"index", test.index},
                     {"value", is_masked ? test.mask : test.value},
                     {"op", oci_name(test.comparison)}};
    if (is_masked)
        argument["valueTwo"] = test.value;
    return argument;
}

Json oci_rule(const SyscallRule& rule) {
    Json names = Json::array();
    for (const Syscall& syscall : rule.syscalls)
        names.push_back(syscall.name);
    Json json = {{"names", std::move(names)}, {"action", oci_name(rule.action)}};
    if (rule.action == SyscallAction::Refuse)
        json["errnoRet"] = rule.errnum;
    for (const ArgumentTest& test : rule.arguments)
        json["args"].push_back(oci_argument(test));
    return json;
}

}  // namespace

Json oci_seccomp(const Plan& plan) {
    SeccompProfile profile = plan.seccomp.mode == SeccompMode::Unconfined
                                 ? unconfined_seccomp_profile()
                                 : default_seccomp_profile(plan.capabilities);
    override_syscalls(profile, plan.seccomp.allow, plan.seccomp.deny);
    Json json = {{"defaultAction", oci_name(profile.default_action)}};
    if (profile.default_action == SyscallAction::Refuse)
        json["defaultErrnoRet"] = profile.default_errnum;
    json["syscalls"] = Json::array();
    for (const SyscallRule& rule : profile.rules)
        json["syscalls"].push_back(oci_rule(rule));
    return json;
}

}  // namespace caisson
