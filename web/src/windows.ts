/** Where an exam stands in time, for the list and its countdowns. The API decides what is possible. */
import type { Window, Windows } from "./types";

export type Phase = "before" | "open" | "after";

export function phaseOf(window: Window, now: number): Phase {
  if (now < Date.parse(window.start)) {
    return "before";
  }
  return now < Date.parse(window.end) ? "open" : "after";
}

export type Stage = "registering" | "soon" | "paying" | "over";

export const STAGES: Record<Stage, string> = {
  registering: "正在报名",
  soon: "即将开始",
  paying: "报名截止，缴费中",
  over: "已结束",
};

export function stageOf(windows: Windows, now: number): Stage {
  const registration = phaseOf(windows.registration, now);
  if (registration !== "after") {
    return registration === "open" ? "registering" : "soon";
  }
  return phaseOf(windows.payment, now) === "open" ? "paying" : "over";
}

/** Of several authorities', the stage that matters most to somebody who looks for an exam. */
export function bestStage(all: readonly Windows[], now: number): Stage {
  const stages = all.map((windows) => stageOf(windows, now));
  const order: Stage[] = ["registering", "soon", "paying", "over"];
  return order.find((stage) => stages.includes(stage)) ?? "over";
}
