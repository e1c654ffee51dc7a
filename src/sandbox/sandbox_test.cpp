// A broken sandbox, unsafe execution, and the languages.
#include "sandbox/sandbox.h"

#include <gtest/gtest.h>

#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "sandbox/bubblewrap.h"
#include "sandbox/seccomp_filter.h"
#include "sandbox/test_support.h"

namespace reckon::sandbox {
namespace {

#define EXPECT_VERDICT(outcome, expected) EXPECT_EQ(to_string((outcome).verdict), expected) << explain(outcome)

Options broken(const std::string& bubblewrap) {
  Options options;
  options.bubblewrap = bubblewrap;
  return options;
}

void write_script(const std::filesystem::path& path, const std::string& line) {
  std::ofstream(path) << "#!/bin/sh\n" << line << "\n";
  std::filesystem::permissions(path, std::filesystem::perms(0755));
}

Program echo() {
  Program program;
  program.arguments = {"/usr/bin/printf", "hello"};
  return program;
}

TEST(Sandbox, RefusesWhereIsolationIsMissing) {
  for (const char* path : {"/nowhere/bwrap", "/bin/false", "/bin/true"}) {
    const auto opened = Sandbox::open(broken(path));
    ASSERT_FALSE(opened.ok()) << path;
    EXPECT_EQ(opened.status().kind(), ErrorKind::unsupported);
    EXPECT_NE(opened.status().message().find("unsafe_exec"), std::string::npos);
  }
}

TEST(Sandbox, AProbeSaysWhatIsMissing) {
  const Probe found = probe(broken("/nowhere/bwrap"));
  EXPECT_EQ(found.isolation, Isolation::none);
  const auto check = std::ranges::find(found.checks, "bubblewrap", &Check::name);
  ASSERT_NE(check, found.checks.end());
  EXPECT_FALSE(check->passed);
  EXPECT_FALSE(check->reason.empty());
}

// Neither a failing nor a silently succeeding sandbox may look like a program's own end.
TEST(Sandbox, ASandboxThatBreaksIsNeverTheProgramsFault) {
  const TemporaryFolder folder;
  const std::filesystem::path script = folder.path() / "bwrap";
  write_script(script, "exec " + find_bubblewrap({}).string() + " \"$@\"");
  const auto opened = Sandbox::open(broken(script.string()));
  if (!opened.ok()) GTEST_SKIP() << opened.status().to_string();
  const Sandbox& sandbox = **opened;
  EXPECT_VERDICT(sandbox.run(echo()), "OK");
  for (const char* line : {"exit 1", "exit 0", "echo hello; exit 0", "kill -9 $$", "kill -11 $$"}) {
    write_script(script, line);
    const Outcome outcome = sandbox.run(echo());
    EXPECT_VERDICT(outcome, "XX") << line;
    EXPECT_FALSE(outcome.reason.empty());
  }
  std::filesystem::remove(script);
  EXPECT_VERDICT(sandbox.run(echo()), "XX");
  write_script(script, "if [ -e " + (folder.path() / "once").string() + " ]; then exec " + find_bubblewrap({}).string() +
                           " \"$@\"; fi; touch " + (folder.path() / "once").string() + "; exit 1");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0777));
  EXPECT_VERDICT(sandbox.run(echo()), "OK") << "one fault is retried";
}

TEST(Sandbox, AMissingInterpreterIsNoVerdictOnTheProgram) {
  const auto opened = Sandbox::open();
  if (!opened.ok()) GTEST_SKIP() << opened.status().to_string();
  Program program;
  program.arguments = {"/usr/bin/no-such-interpreter"};
  const Outcome outcome = (*opened)->run(program);
  EXPECT_VERDICT(outcome, "XX");
  EXPECT_NE(outcome.reason.find("cannot be started"), std::string::npos);
}

TEST(Sandbox, FileNamesStayInTheBox) {
  const auto check = [](const std::string& name) {
    Program program = echo();
    program.files = {{name, ""}};
    return check_program(program).ok();
  };
  for (const char* name : {"", "/etc/x", "../x", "a/../../x", "folder/", "./x"}) EXPECT_FALSE(check(name)) << name;
  EXPECT_FALSE(check(std::string("a\0b", 3)));
  EXPECT_TRUE(check("a/b/c.txt"));
  EXPECT_TRUE(check("..x"));
  const auto opened = Sandbox::open();
  if (!opened.ok()) GTEST_SKIP() << opened.status().to_string();
  Program program;
  program.arguments = {"/bin/cat", "a/b/c.txt"};
  program.files = {{"a/b/c.txt", std::string("bytes\0\xff", 7)}};
  const Outcome outcome = (*opened)->run(program);
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_EQ(outcome.standard_output, program.files[0].content);
}

TEST(Sandbox, TheCallersOwnVariablesReachOnlyTheProgram) {
  const auto opened = Sandbox::open();
  if (!opened.ok()) GTEST_SKIP() << opened.status().to_string();
  Program program;
  program.arguments = {"/usr/bin/env"};
  program.environment = {{"SEED", "7"}, {"LD_PRELOAD", "/nowhere/x.so"}};
  const Outcome outcome = (*opened)->run(program);
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_NE(outcome.standard_output.find("SEED=7\n"), std::string::npos);
  program.environment = {{"X", std::string("1\0--bind\0/\0/host", 16)}};
  EXPECT_VERDICT((*opened)->run(program), "XX");
}

TEST(SeccompFilter, IsAWholeNumberOfInstructions) {
  const auto filter = seccomp_program();
  ASSERT_TRUE(filter.ok()) << filter.status().to_string();
  EXPECT_GT(filter->size(), 100u);
  EXPECT_EQ(filter->size() % 8, 0u);
}

class UnsafeTest : public testing::Test {
 protected:
  void SetUp() override {
    Options options = broken("/nowhere/bwrap");
    options.unsafe_exec = true;
    options.cgroup_folder = "/nowhere";
    auto opened = Sandbox::open(options);
    ASSERT_TRUE(opened.ok()) << opened.status().to_string();
    sandbox_ = std::move(*opened);
  }

  Program shell(const std::string& script) const {
    Program program;
    program.arguments = {"/bin/sh", "-c", script, marker_};
    program.limits.cpu_milliseconds = 5000;
    return program;
  }

  Outcome run(const Program& program) const {
    Outcome outcome = sandbox_->run(program);
    EXPECT_EQ(outcome.isolation, Isolation::none);
    EXPECT_EQ(count_processes(marker_), 0);
    return outcome;
  }

  std::unique_ptr<Sandbox> sandbox_;
  const std::string marker_ = "unsafe-marker-" + std::to_string(getpid());
};

TEST_F(UnsafeTest, RunsAndSaysSo) {
  Program program = shell("cat; cat folder/file");
  program.input = "input ";
  program.files = {{"folder/file", "content"}};
  const Outcome outcome = run(program);
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_EQ(outcome.standard_output, "input content");
}

TEST_F(UnsafeTest, LimitsHoldAndDaemonsEnd) {
  Program loop = shell("while :; do :; done");
  loop.limits.cpu_milliseconds = 300;
  EXPECT_VERDICT(run(loop), "TLE");
  Program sleeper = shell("sleep 600");
  sleeper.limits.wall_milliseconds = 300;
  EXPECT_VERDICT(run(sleeper), "TLE");
  Program flood = shell("while :; do echo xxxxxxxxxxxxxxxx; done");
  flood.limits.output_bytes = 10'000;
  EXPECT_VERDICT(run(flood), "OLE");
  EXPECT_VERDICT(run(shell("setsid sh -c 'sleep 600; exit' " + marker_ + " & exit 0")), "OK");
  EXPECT_VERDICT(run(shell("kill -SEGV $$")), "RE");
}

TEST_F(UnsafeTest, TheFolderIsRemovedAndLinksAreNotFollowed) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "precious") << "untouched";
  const Outcome outcome = run(shell("pwd; ln -s " + folder.path().string() + " link; mkdir deep; ln -s .. deep/up"));
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_EQ(file_text(folder.path() / "precious"), "untouched");
  const std::string box = outcome.standard_output.substr(0, outcome.standard_output.find('\n'));
  EXPECT_FALSE(box.empty());
  EXPECT_FALSE(std::filesystem::exists(box)) << box;
}

class LanguagesTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Sandbox::open();
    if (!opened.ok()) GTEST_SKIP() << opened.status().to_string();
    if (access("/usr/bin/g++", X_OK) != 0) GTEST_SKIP() << "g++ is not installed";
    sandbox_ = std::move(*opened);
  }
  std::unique_ptr<Sandbox> sandbox_;
};

TEST_F(LanguagesTest, CompilesOnceAndRunsOften) {
  const Compiled compiled = compile_cpp(*sandbox_,
      "#include <cstdio>\n#include <cstdlib>\n#include <new>\n"
      "int main() { int n = 0; if (std::scanf(\"%d\", &n) != 1) return 9; std::printf(\"%d\\n\", n * n);\n"
      "  if (n == 1) std::abort();\n  if (n == 2) return 7;\n  if (n == 3) *(volatile int*)nullptr = 1;\n"
      "  if (n == 4) for (;;) { auto* p = new char[1 << 20]; for (int i = 0; i < 1 << 20; i += 4096) ((volatile char*)p)[i] = 1; }\n}");
  ASSERT_TRUE(compiled.outcome.ok()) << explain(compiled.outcome);
  const auto with = [&](const std::string& input) {
    Program program = native_program(compiled.binary);
    program.input = input;
    return sandbox_->run(program);
  };
  const Outcome good = with("12");
  EXPECT_VERDICT(good, "OK");
  EXPECT_EQ(good.standard_output, "144\n");
  EXPECT_EQ(with("1").signal, SIGABRT);
  EXPECT_EQ(with("2").exit_code, 7);
  EXPECT_EQ(with("3").signal, SIGSEGV);
  EXPECT_VERDICT(with("4"), "MLE");
  EXPECT_EQ(with("none").exit_code, 9);
}

TEST_F(LanguagesTest, WhatDoesNotCompileIsCE) {
  const Outcome syntax = run_cpp(*sandbox_, "int main() { return x; }");
  EXPECT_VERDICT(syntax, "CE");
  EXPECT_NE(syntax.standard_error.find("program.cpp:1"), std::string::npos) << explain(syntax);
  const Outcome nosy = run_cpp(*sandbox_, "#include \"/etc/passwd\"\nint main() {}");
  EXPECT_VERDICT(nosy, "CE");
  EXPECT_EQ(nosy.standard_error.find("root:"), std::string::npos);
  EXPECT_VERDICT(run_cpp(*sandbox_, "#include __FILE__\nint main() {}"), "CE");
}

TEST_F(LanguagesTest, PythonErrorsAreRE) {
  const Outcome outcome = sandbox_->run(python_program("raise ValueError('no')"));
  EXPECT_VERDICT(outcome, "RE");
  EXPECT_NE(outcome.standard_error.find("ValueError: no"), std::string::npos);
}

}  // namespace
}  // namespace reckon::sandbox
