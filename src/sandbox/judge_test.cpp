#include "sandbox/judge.h"

#include <gtest/gtest.h>

#include <signal.h>

namespace reckon::sandbox {
namespace {

Observation seen(EndReason reason, int wait_status = 0) {
  Observation observation;
  observation.report = Report{report_magic, reason, wait_status};
  return observation;
}

Observation exited(int code) { return seen(EndReason::ended, code << 8); }
Observation killed(int signal) { return seen(EndReason::ended, signal); }

std::string_view verdict(Observation observation) { return to_string(judge(std::move(observation), Limits{}).verdict); }

TEST(Judge, OnlyAReportOfAnExitWithZeroIsOk) {
  EXPECT_EQ(verdict(exited(0)), "OK");
  EXPECT_EQ(verdict(exited(1)), "RE");
  EXPECT_EQ(verdict(killed(SIGSEGV)), "RE");
  EXPECT_EQ(verdict(killed(SIGKILL)), "RE");
}

TEST(Judge, NoReportIsOurFault) {
  Observation silent;
  silent.standard_output = "the expected answer\n";
  silent.standard_error = "bwrap: something";
  const Outcome outcome = judge(silent, Limits{});
  EXPECT_EQ(outcome.verdict, Verdict::sandbox_failure);
  EXPECT_NE(outcome.reason.find("bwrap: something"), std::string::npos);
  Observation foreign = exited(0);
  foreign.report->magic = 1;
  EXPECT_EQ(verdict(foreign), "XX");
  EXPECT_EQ(verdict(seen(static_cast<EndReason>(99))), "XX");
}

TEST(Judge, OurOwnTroubleIsNeverTheProgramsEvenWithAFlood) {
  for (const EndReason reason : {EndReason::setup_failed, EndReason::exec_failed}) {
    Observation observation = seen(reason);
    observation.output_flooded = true;
    observation.out_of_memory = true;
    EXPECT_EQ(verdict(observation), "XX");
  }
  EXPECT_EQ(verdict(seen(EndReason::stopped)), "XX");
}

TEST(Judge, Limits) {
  EXPECT_EQ(verdict(seen(EndReason::cpu_limit)), "TLE");
  EXPECT_EQ(verdict(seen(EndReason::wall_limit)), "TLE");
  EXPECT_EQ(verdict(seen(EndReason::memory_limit)), "MLE");
  EXPECT_EQ(verdict(seen(EndReason::process_limit)), "RE");
  EXPECT_EQ(verdict(killed(SIGXFSZ)), "OLE");
}

TEST(Judge, TheKernelsOwnLimitOnProcessorTime) {
  Observation observation = killed(SIGKILL);
  observation.report->cpu_microseconds = 10'500'000;
  EXPECT_EQ(verdict(observation), "TLE");
}

TEST(Judge, AFloodEndsTheRunAndIsTheReason) {
  Observation observation = seen(EndReason::stopped);
  observation.output_flooded = true;
  EXPECT_EQ(verdict(observation), "OLE");
  observation = exited(0);
  observation.output_flooded = true;
  EXPECT_EQ(verdict(observation), "OLE");
}

TEST(Judge, MemoryByTheKernelAndByTheProgramsWords) {
  Observation observation = killed(SIGKILL);
  observation.out_of_memory = true;
  EXPECT_EQ(verdict(observation), "MLE");
  Observation silent;
  silent.out_of_memory = true;  // the first process itself was the victim
  EXPECT_EQ(verdict(silent), "MLE");
  observation = exited(1);
  observation.standard_error = "Traceback\nMemoryError\n";
  EXPECT_EQ(verdict(observation), "MLE");
  observation = killed(SIGABRT);
  observation.standard_error = "terminate called after throwing an instance of 'std::bad_alloc'";
  EXPECT_EQ(verdict(observation), "MLE");
  observation = exited(0);
  observation.standard_error = "MemoryError";
  EXPECT_EQ(verdict(observation), "OK");
}

TEST(Judge, TheWallLimitFollowsTheProcessorLimit) {
  Limits limits;
  limits.cpu_milliseconds = 500;
  EXPECT_EQ(wall_milliseconds(limits), 2500);
  limits.cpu_milliseconds = 10'000;
  EXPECT_EQ(wall_milliseconds(limits), 20'000);
  limits.wall_milliseconds = 7;
  EXPECT_EQ(wall_milliseconds(limits), 7);
}

}  // namespace
}  // namespace reckon::sandbox
