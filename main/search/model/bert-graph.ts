import { GraphBuilder } from './onnx.ts';
import type { Tensor } from './safetensors.ts';
import { quantiseColumns, quantiseRows, transpose } from './weights.ts';

/** `float32` is the reference that `int8` is tested against. */
export type Precision = 'float32' | 'int8';

type Weights = (name: string) => Tensor;

const layers = 6;
const heads = 12;
const headWidth = 32;
const width = heads * headWidth;
const normEpsilon = 1e-12;

/** Names of the graph's one input (int32 token ids, one text) and one output (its vector of unit length). */
export const graphInput = 'ids';
export const graphOutput = 'embedding';

/**
 * The encoder of all-MiniLM-L6-v2 as an ONNX file: BERT (Devlin et al. 2018, sections 3 and A.2) with mean pooling
 * and L2 normalisation (Reimers and Gurevych 2019, section 3). One text at a time without padding, therefore
 * without an attention mask; its result then depends on nothing but the text.
 */
export function buildEncoder(weights: Weights, precision: Precision): Uint8Array {
  const graph = new GraphBuilder();
  let hidden = embed(graph, weights, precision);
  for (let layer = 0; layer < layers; layer += 1) {
    const prefix = `encoder.layer.${layer}`;
    const attended = attend(graph, weights, precision, `${prefix}.attention`, hidden);
    const middle = graph.node('Gelu', [
      linear(graph, precision, parameters(weights, `${prefix}.intermediate.dense`), attended),
    ]);
    const output = linear(graph, precision, parameters(weights, `${prefix}.output.dense`), middle);
    hidden = normalise(graph, weights, `${prefix}.output.LayerNorm`, graph.node('Add', [output, attended]));
  }
  const mean = graph.node('ReduceMean', [hidden, graph.integers(0)], { keepdims: 0 });
  const length = graph.node('ReduceL2', [mean, graph.integers(0)], { keepdims: 1 });
  const unit = graph.node('Div', [mean, length]);
  return graph.model('all-MiniLM-L6-v2', graphInput, unit, graphOutput, width);
}

/** Word, position and type embeddings. The type is always the first, so its row is added to the positions here. */
function embed(graph: GraphBuilder, weights: Weights, precision: Precision): string {
  const words = weights('embeddings.word_embeddings.weight');
  const positions = weights('embeddings.position_embeddings.weight');
  const type = weights('embeddings.token_type_embeddings.weight').values.subarray(0, width);
  const placed = positions.values.map((value, i) => value + (type[i % width] ?? 0));
  const positionTable = graph.floats(positions.shape, placed);
  const count = graph.node('Shape', [graphInput]);
  const place = graph.node('Slice', [positionTable, graph.integers(0), count, graph.integers(0)]);
  const word = lookUp(graph, precision, words);
  return normalise(graph, weights, 'embeddings.LayerNorm', graph.node('Add', [word, place]));
}

function lookUp(graph: GraphBuilder, precision: Precision, table: Tensor): string {
  if (precision === 'float32')
    return graph.node('Gather', [graph.floats(table.shape, table.values), graphInput]);
  const { values, scales } = quantiseRows(table);
  const row = graph.node('Gather', [graph.constant('int8', table.shape, values), graphInput]);
  const scale = graph.node('Gather', [graph.floats([scales.length, 1], scales), graphInput]);
  return graph.node('Mul', [graph.node('Cast', [row], { to: 1 }), scale]);
}

/** Self-attention with its residual. The three projections are one product; the query's carries 1 / sqrt(head width). */
function attend(
  graph: GraphBuilder,
  weights: Weights,
  precision: Precision,
  prefix: string,
  hidden: string,
): string {
  const projections = (['query', 'key', 'value'] as const).map((part) => {
    const parameter = parameters(weights, `${prefix}.self.${part}`);
    return part === 'query' ? scaled(parameter, 1 / Math.sqrt(headWidth)) : parameter;
  });
  const projected = linear(graph, precision, stacked(projections), hidden);
  const split = graph.node('Reshape', [projected, graph.integers(0, 3 * heads, headWidth)]);
  const byHead = graph.node('Transpose', [split], { perm: [1, 0, 2] });
  const [query = '', key = '', value = ''] = graph.nodes(
    'Split',
    [byHead, graph.integers(heads, heads, heads)],
    3,
    {
      axis: 0,
    },
  );
  const scores = graph.node('MatMul', [query, graph.node('Transpose', [key], { perm: [0, 2, 1] })]);
  const mixed = graph.node('MatMul', [graph.node('Softmax', [scores], { axis: 2 }), value]);
  const byToken = graph.node('Transpose', [mixed], { perm: [1, 0, 2] });
  const context = graph.node('Reshape', [byToken, graph.integers(0, width)]);
  const output = linear(graph, precision, parameters(weights, `${prefix}.output.dense`), context);
  return normalise(graph, weights, `${prefix}.output.LayerNorm`, graph.node('Add', [output, hidden]));
}

interface Linear {
  /** Outputs x inputs, as the checkpoint stores it. */
  readonly weight: Tensor;
  readonly bias: Float32Array;
}

function parameters(weights: Weights, prefix: string): Linear {
  return { weight: weights(`${prefix}.weight`), bias: weights(`${prefix}.bias`).values };
}

function scaled({ weight, bias }: Linear, factor: number): Linear {
  return {
    weight: { shape: weight.shape, values: weight.values.map((value) => value * factor) },
    bias: bias.map((value) => value * factor),
  };
}

function stacked(parts: readonly Linear[]): Linear {
  const join = (arrays: readonly Float32Array[]) => Float32Array.from(arrays.flatMap((array) => [...array]));
  return {
    weight: { shape: [width * parts.length, width], values: join(parts.map((part) => part.weight.values)) },
    bias: join(parts.map((part) => part.bias)),
  };
}

/**
 * x W + b. In int8 the activations are quantised as they come (unsigned, one scale per call) and the weights per
 * output column; the runtime fuses the five operators into one kernel.
 */
function linear(graph: GraphBuilder, precision: Precision, { weight, bias }: Linear, input: string): string {
  const matrix = transpose(weight);
  const biasName = graph.floats([bias.length], bias);
  if (precision === 'float32') {
    const product = graph.node('MatMul', [input, graph.floats(matrix.shape, matrix.values)]);
    return graph.node('Add', [product, biasName]);
  }
  const { values, scales } = quantiseColumns(matrix);
  const [quantised = '', scale = '', zero = ''] = graph.nodes('DynamicQuantizeLinear', [input], 3);
  const product = graph.node('MatMulInteger', [
    quantised,
    graph.constant('int8', matrix.shape, values),
    zero,
  ]);
  const scaling = graph.node('Mul', [scale, graph.floats([scales.length], scales)]);
  const real = graph.node('Mul', [graph.node('Cast', [product], { to: 1 }), scaling]);
  return graph.node('Add', [real, biasName]);
}

function normalise(graph: GraphBuilder, weights: Weights, prefix: string, input: string): string {
  const parts = (['weight', 'bias'] as const).map((part) => {
    const { shape, values } = weights(`${prefix}.${part}`);
    return graph.floats(shape, values);
  });
  return graph.node('LayerNormalization', [input, ...parts], { axis: 1, epsilon: { float: normEpsilon } });
}
