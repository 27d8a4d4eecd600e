// DAG
