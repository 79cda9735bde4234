import type { PowerMonitor } from 'electron';

/** The part of Electron's power monitor that is used here. */
export type PowerTeller = Pick<PowerMonitor, 'isOnBatteryPower' | 'on'>;

/** What the machine runs on. */
export type Power = 'battery' | 'mains';

export function powerOf(monitor: PowerTeller): Power {
  return monitor.isOnBatteryPower() ? 'battery' : 'mains';
}

/** Tells of every change for as long as the application lives. Where the system tells of none, none is told. */
export function watchPower(monitor: PowerTeller, tell: (power: Power) => void): void {
  monitor.on('on-battery', () => tell('battery'));
  monitor.on('on-ac', () => tell('mains'));
}
