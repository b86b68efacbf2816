// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "core/seccomp_json.h"

namespace caisson {
namespace {

SeccompFacts facts(std::vector<std::string> capabilities = {}) {
    return {.architecture = "amd64",
            .token = "SCMP_ARCH_X86_64",
            .kernel_major = 6,
            .kernel_minor = 1,
            .capabilities = std::move(capabilities)};
}

// A profile whose one rule has these members besides its name.
std::string with_rule(const std::string& members) {
    return R"({"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], )" + members +
           "}]}";
}

std::string with_condition(const std::string& condition) {
    return with_rule(R"("action": "SCMP_ACT_ALLOW", )" + condition);
}

bool has_rule(const std::string& json, const SeccompFacts& host = facts()) {
    Result<SeccompProfile> profile = parse_seccomp_profile(json, host);
    EXPECT_TRUE(profile) << profile.error().message;
    return profile && profile->rules.size() == 1;
}

std::string error_of(const std::string& json, const SeccompFacts& host = facts()) {
    Result<SeccompProfile> profile = parse_seccomp_profile(json, host);
    return profile ? "" : profile.error().message;
}

TEST(ParseSeccompProfile, TakesActionsAndErrnos) {
    Result<SeccompProfile> profile = parse_seccomp_profile(
        R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "syscalls": [
            {"names": ["a"], "action": "SCMP_ACT_ERRNO"},
            {"names": ["b"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13},
            {"names": ["c"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1, "errno": "ENOTTY"},
            {"name": "d", "action": "SCMP_ACT_KILL"},
            {"names": ["e"], "action": "SCMP_ACT_KILL_PROCESS"}]})",
        facts());
    ASSERT_TRUE(profile) << profile.error().message;
    EXPECT_EQ(profile->default_errnum, ENOSYS);
    EXPECT_TRUE(profile->hides_newer_calls);
    ASSERT_EQ(profile->rules.size(), 5U);
    EXPECT_EQ(profile->rules[0].errnum, EPERM);
    EXPECT_EQ(profile->rules[1].errnum, EACCES);
    EXPECT_EQ(profile->rules[2].errnum, ENOTTY);
    EXPECT_EQ(profile->rules[3].action, SyscallAction::KillThread);
    EXPECT_EQ(profile->rules[4].action, SyscallAction::KillProcess);
}

TEST(ParseSeccompProfile, HidesNothingThatIsAllowedByDefault) {
    Result<SeccompProfile> profile =
        parse_seccomp_profile(R"({"defaultAction": "SCMP_ACT_ALLOW"})", facts());
    ASSERT_TRUE(profile);
    EXPECT_FALSE(profile->hides_newer_calls);
    EXPECT_EQ(profile->default_action, SyscallAction::Allow);
}

TEST(ParseSeccompProfile, TakesAllConditionsOfARule) {
    Result<SeccompProfile> profile = parse_seccomp_profile(
        with_condition(
            R"("args": [{"index": 5, "value": 18446744073709551615, "op": "SCMP_CMP_GE"},
                        {"index": 0, "value": 240, "valueTwo": 16, "op": "SCMP_CMP_MASKED_EQ"}])"),
        facts());
    ASSERT_TRUE(profile) << profile.error().message;
    ASSERT_EQ(profile->rules.at(0).arguments.size(), 2U);
    const ArgumentTest& first = profile->rules[0].arguments[0];
    EXPECT_EQ(first.index, 5U);
    EXPECT_EQ(first.value, UINT64_MAX);
    EXPECT_EQ(first.comparison, Comparison::GreaterOrEqual);
    const ArgumentTest& second = profile->rules[0].arguments[1];
    EXPECT_EQ(second.mask, 240U);
    EXPECT_EQ(second.value, 16U);
}

TEST(ParseSeccompProfile, IncludesByCapability) {
    const std::string json =
        with_condition(R"("includes": {"caps": ["CAP_SYS_ADMIN", "CAP_BPF"]})");
    EXPECT_FALSE(has_rule(json));
    EXPECT_FALSE(has_rule(json, facts({"CAP_SYS_ADMIN"})));
    EXPECT_TRUE(has_rule(json, facts({"CAP_SYS_ADMIN", "CAP_BPF"})));
}

TEST(ParseSeccompProfile, ExcludesByAnyCapability) {
    const std::string json =
        with_condition(R"("excludes": {"caps": ["CAP_SYS_ADMIN", "CAP_BPF"]})");
    EXPECT_TRUE(has_rule(json));
    EXPECT_FALSE(has_rule(json, facts({"CAP_BPF"})));
}

TEST(ParseSeccompProfile, ComparesArchitectures) {
    EXPECT_TRUE(has_rule(with_condition(R"("includes": {"arches": ["x32", "amd64"]})")));
    EXPECT_FALSE(has_rule(with_condition(R"("includes": {"arches": ["arm64"]})")));
    EXPECT_FALSE(has_rule(with_condition(R"("excludes": {"arches": ["amd64"]})")));
}

TEST(ParseSeccompProfile, ComparesKernels) {
    EXPECT_TRUE(has_rule(with_condition(R"("includes": {"minKernel": "4.8"})")));
    EXPECT_TRUE(has_rule(with_condition(R"("includes": {"minKernel": "6.1"})")));
    EXPECT_FALSE(has_rule(with_condition(R"("includes": {"minKernel": "6.2"})")));
    EXPECT_FALSE(has_rule(with_condition(R"("excludes": {"minKernel": "4.8"})")));
}

TEST(ParseSeccompProfile, WantsTheNativeArchitectureWhereItListsAny) {
    const std::string rest = R"("defaultAction": "SCMP_ACT_ALLOW"})";
    EXPECT_EQ(error_of(R"({"architectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X86_64"], )" + rest), "");
    EXPECT_EQ(error_of(R"({"architectures": [], )" + rest), "");
    EXPECT_EQ(error_of(R"({"architectures": ["SCMP_ARCH_AARCH64"], )" + rest),
              "is not for this architecture, SCMP_ARCH_X86_64");
    EXPECT_EQ(error_of(R"({"archMap": [{"architecture": "SCMP_ARCH_AARCH64",
                                        "subArchitectures": ["SCMP_ARCH_X86_64"]}], )" +
                       rest),
              "is not for this architecture, SCMP_ARCH_X86_64");
    EXPECT_EQ(error_of(R"({"architectures": ["SCMP_ARCH_PDP11"], )" + rest),
              "architectures[0]: \"SCMP_ARCH_PDP11\" is no architecture");
    EXPECT_EQ(error_of(R"({"architectures": ["SCMP_ARCH_X86_64"],
                           "archMap": [{"architecture": "SCMP_ARCH_X86_64"}], )" +
                       rest),
              "archMap: stands beside architectures");
}

struct Wrong {
    const char* json;
    const char* message;
};

TEST(ParseSeccompProfile, SaysWhatIsWrongAndWhere) {
    const Wrong table[] = {
        {"", "is no JSON"},
        {"{\"defaultAction\": ", "is no JSON"},
        {"[]", "is no object"},
        {"{}", "defaultAction: is missing"},
        {R"({"defaultAction": 1})", "defaultAction: is no string"},
        {R"({"defaultAction": "ALLOW"})", "defaultAction: \"ALLOW\" is no action"},
        {R"({"defaultAction": "SCMP_ACT_NOTIFY"})",
         "defaultAction: \"SCMP_ACT_NOTIFY\" needs another process, which Caisson does not have"},
        {R"({"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1})",
         "defaultErrnoRet: is for SCMP_ACT_ERRNO"},
        {R"({"defaultAction": "SCMP_ACT_ERRNO", "defaultErrno": "EVIL"})",
         "defaultErrno: \"EVIL\" is no errno"},
        {R"({"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/x"})",
         "unknown field \"listenerPath\""},
        {R"({"defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_LOG"]})",
         "flags[0]: \"SECCOMP_FILTER_FLAG_LOG\" is not supported"},
        {R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": {}})", "syscalls: is no array"},
        {R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [1]})", "syscalls[0]: is no object"},
        {R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"action": "SCMP_ACT_LOG"}]})",
         "syscalls[0].names: is missing"},
        {R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
            {"name": "a", "names": ["b"], "action": "SCMP_ACT_LOG"}]})",
         "syscalls[0].name: stands beside names"},
        {R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
            {"names": ["a"], "action": "SCMP_ACT_ERRNO"},
            {"names": ["a"], "action": "SCMP_ACT_LOG"}]})",
         "two rules contradict each other on \"a\""},
    };
    for (const Wrong& row : table)
        EXPECT_EQ(error_of(row.json), row.message);
}

TEST(ParseSeccompProfile, SaysWhatIsWrongInARule) {
    const Wrong table[] = {
        {R"("args": [])", "syscalls[0].action: is missing"},
        {R"("action": "SCMP_ACT_TRACE")",
         "syscalls[0].action: \"SCMP_ACT_TRACE\" needs another process, which Caisson does not "
         "have"},
        {R"("action": "SCMP_ACT_ALLOW", "priority": 1)", "syscalls[0]: unknown field \"priority\""},
        {R"("action": "SCMP_ACT_ALLOW", "errnoRet": 1)",
         "syscalls[0].errnoRet: is for SCMP_ACT_ERRNO"},
        {R"("action": "SCMP_ACT_ERRNO", "errnoRet": 4096)",
         "syscalls[0].errnoRet: is no number from 0 to 4095"},
        {R"("action": "SCMP_ACT_ERRNO", "errnoRet": -1)",
         "syscalls[0].errnoRet: is no number from 0 to 4095"},
    };
    for (const Wrong& row : table)
        EXPECT_EQ(error_of(with_rule(row.json)), row.message);
}

TEST(ParseSeccompProfile, SaysWhatIsWrongInACondition) {
    const Wrong table[] = {
        {R"("args": {})", "syscalls[0].args: is no array"},
        {R"("args": [{"index": 6, "value": 0, "op": "SCMP_CMP_EQ"}])",
         "syscalls[0].args[0].index: is no number from 0 to 5"},
        {R"("args": [{"index": 0, "value": 0, "op": "SCMP_CMP_EQUAL"}])",
         "syscalls[0].args[0].op: \"SCMP_CMP_EQUAL\" is no comparison"},
        {R"("args": [{"index": 0, "value": 1.5, "op": "SCMP_CMP_EQ"}])",
         "syscalls[0].args[0].value: is no number from 0 to 18446744073709551615"},
        {R"("args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ", "mask": 1}])",
         "syscalls[0].args[0]: unknown field \"mask\""},
        {R"("args": [{"index": 0, "value": 1, "op": "SCMP_CMP_GT"},
                     {"index": 0, "value": 9, "op": "SCMP_CMP_LT"}])",
         "syscalls[0].args[1]: a second condition on argument 0; alternatives are rules of their "
         "own"},
        {R"("includes": {"caps": ["CAP_MAGIC"]})",
         "syscalls[0].includes.caps[0]: \"CAP_MAGIC\" is no capability"},
        {R"("excludes": {"minKernel": "new"})",
         "syscalls[0].excludes.minKernel: \"new\" is no version such as \"4.8\""},
        {R"("includes": {"hosts": ["a"]})", "syscalls[0].includes: unknown field \"hosts\""},
    };
    for (const Wrong& row : table)
        EXPECT_EQ(error_of(with_condition(row.json)), row.message);
}

}  // namespace
}  // namespace caisson
